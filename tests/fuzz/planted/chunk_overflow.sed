# a chunk size wraps at 64 bits
# file: http/h1/chunked.cpp
# fuzzer: chunked_fuzz
s/kMostDigits = 15/kMostDigits = 200/

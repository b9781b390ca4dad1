# of two Content-Lengths the first counts
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/out\.next\(length\) != nullptr \|\| //

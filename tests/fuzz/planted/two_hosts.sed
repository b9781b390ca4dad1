# of two Hosts the first counts
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/out\.next\(host\) != nullptr \|\| //

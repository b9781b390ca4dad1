# a coding that begins with chunked is chunked
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/coding->value\(\), "chunked"/coding->value().substr(0, 7), "chunked"/

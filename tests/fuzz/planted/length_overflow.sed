# Content-Length wraps at 64 bits
# file: http/h1/fields.cpp
# fuzzer: request_fuzz
s/text\.size\(\) > 19/text.size() > 40/

# Content-Length beside Transfer-Encoding passes
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/length != nullptr \|\| out\.minor_version == 0/out.minor_version == 0/

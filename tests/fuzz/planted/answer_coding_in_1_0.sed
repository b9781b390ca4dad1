# Transfer-Encoding passes in an HTTP/1.0 answer
# file: http/h1/response.cpp
# fuzzer: response_fuzz
s/\|\| out\.minor_version == 0 \|\| out\.next\(coding\)/|| out.next(coding)/

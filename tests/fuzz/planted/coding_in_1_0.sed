# Transfer-Encoding passes in HTTP/1.0
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/\|\| out\.minor_version == 0 \|\| out\.next\(coding\)/|| out.next(coding)/

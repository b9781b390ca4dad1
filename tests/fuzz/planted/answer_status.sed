# a status below 100 passes
# file: http/h1/response.cpp
# fuzzer: response_fuzz
s/out\.status < 100 \|\| //

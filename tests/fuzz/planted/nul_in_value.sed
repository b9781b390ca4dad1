# NUL passes in a field value
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/\|\| bytes\[at\] == '\\t'\)/|| bytes[at] == '\\t' || bytes[at] == 0)/

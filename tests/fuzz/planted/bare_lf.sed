# a bare LF passes inside a head
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/\|\| bytes\[at\] == '\\t'\)/|| bytes[at] == '\\t' || bytes[at] == '\\n')/

# a bare CR passes inside a head
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/^    if \(!at_cr \|\| bytes\[\+\+at\]/    if (at_cr \&\& bytes[at + 1] != '\\n') continue;\n&/

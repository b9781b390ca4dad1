# a control passes in the last 64 bytes of a head
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/\(\(bits\.lf \^ line_feeds\) \| bits\.other\)/(bits.lf ^ line_feeds)/

# a bare CR passes inside a head
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/if \(p\[1\] != '\\n'\) return .*;/if (p[1] != '\\n') { ++p; continue; }/

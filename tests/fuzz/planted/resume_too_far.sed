# a head cut between CR and LF is resumed one byte too far
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/^    if \(at == bytes\.size\(\) \|\| \(at_cr/    if (at_cr \&\& at + 1 == bytes.size()) scan.at = at + 1;\n&/

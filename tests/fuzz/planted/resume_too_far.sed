# a head cut between CR and LF is resumed one byte too far
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
/if \(p \+ 1 == end\) \{/,/\}/s/scan\.at = at;/scan.at = at + 1;/

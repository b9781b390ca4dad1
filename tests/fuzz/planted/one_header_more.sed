# limits.header_count lets one more through
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/scan\.count >= limits\.header_count/scan.count > limits.header_count/

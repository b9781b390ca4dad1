# an absolute form leaves another Host in place
# file: http/h1/request.cpp
# fuzzer: request_fuzz
s/^  if \(host != nullptr && host->value\(\) != out\.host\) .*;$//

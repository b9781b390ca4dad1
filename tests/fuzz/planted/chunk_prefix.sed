# a chunk size takes 0x
# file: http/h1/chunked.cpp
# fuzzer: chunked_fuzz
s/^  const int digit = .*$/  if (c == 'x' \&\& digits_ == 1 \&\& left_ == 0) return true;\n&/

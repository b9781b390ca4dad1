# Content-Length takes a plus
# file: http/h1/fields.cpp
# fuzzer: request_fuzz
s/^  std::uint64_t value = 0;$/  if (text[0] == '+') text.remove_prefix(1);\n  std::uint64_t value = 0;/

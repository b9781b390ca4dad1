# white space passes before the colon
# file: http/h1/fields.cpp
# fuzzer: request_fuzz
s/^  if \(p == line \|\| p == end/  while (p != line \&\& p != end \&\& *p == ' ') ++p;\n&/

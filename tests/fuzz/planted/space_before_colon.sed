# white space passes before the colon
# file: http/h1/fields.cpp
# fuzzer: request_fuzz
s/^  return p != end && \*p == ':'/  while (p != line \&\& p != end \&\& *p == ' ') ++p;\n&/

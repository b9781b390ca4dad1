# a line that begins with a space passes (obs-fold)
# file: http/h1/fields.cpp
# fuzzer: response_fuzz
s/^  const char\* p = line;$/  if (line != end \&\& *line == ' ') ++line;\n&/

# controls pass in a quoted chunk extension
# file: http/h1/chunk_extension.cpp
# fuzzer: chunked_fuzz
s/^  if \(\(u < 0x20.*$/  if (u == 0x7f) return false;/

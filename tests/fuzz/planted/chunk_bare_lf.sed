# a bare LF ends the size of a chunk
# file: http/h1/chunked.cpp
# fuzzer: chunked_fuzz
s/^  if \(digits_ == 0\) return false;$/&\n  if (c == '\\n') {\n    state_ = left_ == 0 ? State::trailer : State::data;\n    line_ = digits_ = 0;\n    return true;\n  }/

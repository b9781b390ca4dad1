# %2e%2e is no dot segment
# file: http/normalise.cpp
# fuzzer: url_fuzz
/^constexpr bool unreserved/,/^\}/s/c == '\.' \|\| //

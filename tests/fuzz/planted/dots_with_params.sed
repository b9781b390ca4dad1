# ..; is not marked
# file: http/normalise.cpp
# fuzzer: url_fuzz
s/if \(inside && \(text == "\." \|\| text == "\.\."\)\) raise.*$//

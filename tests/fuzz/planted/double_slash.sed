# slashes are not merged
# file: http/normalise.cpp
# fuzzer: url_fuzz
s/segment\.empty\(\) \|\| segment == "\."/segment == "."/

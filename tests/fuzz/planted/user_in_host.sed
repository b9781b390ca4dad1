# user@host passes as a host
# file: http/host.cpp
# fuzzer: url_fuzz
s/"-\._~!/"@-._~!/

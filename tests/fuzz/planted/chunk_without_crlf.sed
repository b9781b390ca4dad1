# any two bytes may follow the data of a chunk
# file: http/h1/chunked.cpp
# fuzzer: chunked_fuzz
/case State::data_[cl][rf]:/,/break;/s/good = c == '\\[rn]'/good = true/

# what a message before had said shines through the next
# file: http/h1/request.cpp
# fuzzer: request_fuzz
/nothing of a message before this one/d

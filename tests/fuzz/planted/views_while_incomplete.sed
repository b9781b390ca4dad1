# an incomplete head keeps views of bytes that may move
# file: http/h1/request.cpp
# fuzzer: request_fuzz
/the bytes may move before the next call/d

# Host and Content-Length pass as trailers
# file: http/h1/chunked.cpp
# fuzzer: chunked_fuzz
s/field\.id != FieldId::other \|\| //

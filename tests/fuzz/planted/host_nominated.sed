# Connection: Host takes Host away
# file: http/h1/fields.cpp
# fuzzer: request_fuzz
/^bool can_be_nominated/,/^\}/s/^    case FieldId::host:$//

#include "http/date.h"

#include <cstring>
#include <ctime>

namespace gatehouse::http {
namespace {

void two_digits(char* to, int value) {
  to[0] = static_cast<char>('0' + value / 10 % 10);
  to[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string_view DateCache::line(std::int64_t second) {
  if (second != second_) {
    second_ = second;
    const auto time = static_cast<std::time_t>(second);
    std::tm t{};
    gmtime_r(&time, &t);
    std::memcpy(line_.data(), "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", line_.size());
    char* text = &line_[6];
    std::memcpy(text, &"SunMonTueWedThuFriSat"[t.tm_wday * 3], 3);
    two_digits(&text[5], t.tm_mday);
    std::memcpy(&text[8], &"JanFebMarAprMayJunJulAugSepOctNovDec"[t.tm_mon * 3], 3);
    two_digits(&text[12], (t.tm_year + 1900) / 100);
    two_digits(&text[14], t.tm_year % 100);
    two_digits(&text[17], t.tm_hour);
    two_digits(&text[20], t.tm_min);
    two_digits(&text[23], t.tm_sec);
  }
  return {line_.data(), line_.size()};
}

}  // namespace gatehouse::http

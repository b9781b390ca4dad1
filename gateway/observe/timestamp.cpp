#include "observe/timestamp.h"

#include <cstring>
#include <ctime>

namespace gatehouse::observe {
namespace {

void write_digits(char* out, std::int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

char* Timestamp::write(char* out, std::int64_t wall_us) noexcept {
  std::int64_t second = wall_us / 1'000'000;
  std::int64_t micros = wall_us % 1'000'000;
  if (micros < 0) {
    --second;
    micros += 1'000'000;
  }
  if (second != second_) {
    const std::time_t t = second;
    std::tm tm{};
    gmtime_r(&t, &tm);
    std::memcpy(date_, "0000-00-00T00:00:00.", 20);
    write_digits(date_, tm.tm_year + 1900, 4);
    write_digits(date_ + 5, tm.tm_mon + 1, 2);
    write_digits(date_ + 8, tm.tm_mday, 2);
    write_digits(date_ + 11, tm.tm_hour, 2);
    write_digits(date_ + 14, tm.tm_min, 2);
    write_digits(date_ + 17, tm.tm_sec, 2);
    second_ = second;
  }
  std::memcpy(out, date_, 20);
  write_digits(out + 20, micros, 6);
  out[26] = 'Z';
  return out + kLength;
}

std::string Timestamp::text(std::int64_t wall_us) {
  std::string out(kLength, '\0');
  Timestamp stamp;
  static_cast<void>(stamp.write(out.data(), wall_us));
  return out;
}

}  // namespace gatehouse::observe

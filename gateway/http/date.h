// The Date field (RFC 9110 5.6.7).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gatehouse::http {

// IMF-fixdate ("Sun, 06 Nov 1994 08:49:37 GMT"), made once a second.  Thread: its owner's.
class DateCache {
 public:
  // The text of a second since 1970; the view holds until the next call with another second.
  [[nodiscard]] std::string_view text(std::int64_t second) {
    const std::string_view whole = line(second);
    return whole.substr(6, whole.size() - 8);
  }
  // The same as a field: "Date: ...\r\n".
  [[nodiscard]] std::string_view line(std::int64_t second);

 private:
  std::int64_t second_ = INT64_MIN;
  std::array<char, 37> line_{};
};

}  // namespace gatehouse::http

// Wall time as logs write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace gatehouse::observe {

// Writes 2026-01-31T23:59:59.123456Z (RFC 3339); the calendar part is worked out once a second.
// Thread: its owner's.  Cost: about 10 ns within one second.
class Timestamp {
 public:
  static constexpr std::size_t kLength = 27;

  // Writes kLength bytes, returns their end.  `wall_us`: microseconds since 1970-01-01 UTC, years 0
  // to 9999.
  [[nodiscard]] char* write(char* out, std::int64_t wall_us) noexcept;
  [[nodiscard]] static std::string text(std::int64_t wall_us);

 private:
  std::int64_t second_ = std::numeric_limits<std::int64_t>::min();
  char date_[20] = {};  // 2026-01-31T23:59:59.
};

}  // namespace gatehouse::observe

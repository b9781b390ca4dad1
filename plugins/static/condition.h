// Conditional requests and ranges (RFC 9110 13 and 14).
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace static_files {

// The fields of a request that matter; nothing: not there.
struct Conditions {
  std::optional<std::string_view> if_match = {};
  std::optional<std::string_view> if_none_match = {};
  std::optional<std::string_view> if_modified_since = {};
  std::optional<std::string_view> if_unmodified_since = {};
  std::optional<std::string_view> if_range = {};
  std::optional<std::string_view> range = {};
};

// What there is.
struct Version {
  std::string_view etag;  // strong
  std::time_t modified = 0;
  std::uint64_t size = 0;
};

struct Range {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

enum class Kind : std::uint8_t { whole, part, not_modified, precondition_failed, not_satisfiable };

struct Outcome {
  Kind kind = Kind::whole;
  Range range;
};

// In the order of RFC 9110 13.2.2.  A request for several ranges gets the whole, which 14.2 allows:
// those who ask so can put it together from single ranges, and it cannot be used to multiply
// traffic.
[[nodiscard]] Outcome evaluate(const Conditions& conditions, const Version& version);

// Each of the three forms of a date (RFC 9110 5.6.7).
[[nodiscard]] std::optional<std::time_t> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(std::time_t when);

}  // namespace static_files

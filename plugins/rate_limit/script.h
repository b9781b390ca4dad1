// Limits that several gateways share, as Redis counts them: one call, on Redis's own clock.
#pragma once

#include <string>
#include <string_view>

#include "limit.h"

namespace rate_limit {

// A script of one key and two numbers, which answers with four: admitted (0 or 1), remaining, and
// in microseconds retry_after and reset.
struct Script {
  std::string_view text;
  std::string_view sha;       // SHA-1 of the text, by which Redis knows it
  std::string first, second;  // the two numbers
};
[[nodiscard]] Script script_of(const Limit& limit, std::uint64_t burst);

}  // namespace rate_limit

// What a client is told about a limit (draft-ietf-httpapi-ratelimit-headers-10).
#pragma once

#include <cstdint>
#include <string>

#include "config.h"

namespace rate_limit {

// Whole seconds, rounded up, at least one.
[[nodiscard]] std::string seconds_until(std::int64_t nanoseconds);

// The value of RateLimit-Policy: quota and window.
[[nodiscard]] std::string policy_text(const Config& config);

// Items of RateLimit: what is left, and when all of it is there again.
class Items {
 public:
  explicit Items(const Config& config);
  void append_rate(const Decision& decision, std::string& to) const;
  // Behind what `to` has.
  void append_concurrency(std::uint32_t under_way, std::string& to) const;

 private:
  std::string rate_;  // up to the number
  std::string at_once_;
  std::uint32_t concurrency_;
};

}  // namespace rate_limit

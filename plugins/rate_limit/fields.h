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
// Items of RateLimit, behind what `to` has: what is left, and when all of it is there again.
void append_rate(const Config& config, const Decision& decision, std::string& to);
void append_concurrency(const Config& config, std::uint32_t under_way, std::string& to);

}  // namespace rate_limit

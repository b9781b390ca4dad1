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
[[nodiscard]] std::string rate_text(const Config& config, const Decision& decision);
[[nodiscard]] std::string concurrency_text(const Config& config, std::uint32_t under_way);

}  // namespace rate_limit

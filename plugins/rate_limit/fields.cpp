#include "fields.h"

#include <algorithm>

namespace rate_limit {
namespace {

std::string name_of(const Config& config, bool concurrency) {
  return '"' + config.key + (concurrency ? " at once\"" : "\"");
}

}  // namespace

std::string seconds_until(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return std::to_string(std::max<std::int64_t>((nanoseconds + kSecond - 1) / kSecond, 1));
}

std::string policy_text(const Config& config) {
  std::string out;
  if (!config.rate.empty()) {
    const Rate rate = *parse_rate(config.rate);
    out = name_of(config, false) + ";q=" + std::to_string(rate.count) +
          ";w=" + std::to_string(rate.seconds);
  }
  if (config.concurrency != 0) {
    out += (out.empty() ? "" : ", ") + name_of(config, true) +
           ";q=" + std::to_string(config.concurrency) + ";qu=\"concurrent-requests\"";
  }
  return out;
}

std::string rate_text(const Config& config, const Decision& decision) {
  return name_of(config, false) + ";r=" + std::to_string(decision.remaining) +
         ";t=" + seconds_until(decision.reset);
}

std::string concurrency_text(const Config& config, std::uint32_t under_way) {
  const std::uint32_t left = config.concurrency - std::min(config.concurrency, under_way);
  return name_of(config, true) + ";r=" + std::to_string(left);
}

}  // namespace rate_limit

// Limits and times of an exchange from those of a configuration.
#pragma once

#include <algorithm>

#include "config/spec.h"
#include "snapshot/content.h"
#include "snapshot/snapshot.h"

namespace gatehouse::snapshot {

[[nodiscard]] inline std::uint32_t narrow(Bytes size) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(size.value, 1U << 30));
}

[[nodiscard]] ExchangeLimits resolve(const config::Limits& limits, const config::Timeouts& timeouts,
                                     Millis queue_wait);
void add_to(Content& content, const ExchangeLimits& limits);

}  // namespace gatehouse::snapshot

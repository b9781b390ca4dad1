#include "base/clock.h"

#include <ctime>

namespace gatehouse {
namespace {
std::int64_t read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1000;
}
}  // namespace

Instant SystemClock::monotonic() const { return Instant{read(CLOCK_MONOTONIC)}; }
std::int64_t SystemClock::wall_us() const { return read(CLOCK_REALTIME); }

}  // namespace gatehouse

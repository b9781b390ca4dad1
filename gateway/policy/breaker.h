// Whether a policy that fails too often is run at all.
#pragma once

#include <atomic>
#include <cstdint>

namespace gatehouse::policy {

// Counts failures from the first of a time on; enough of them open it for as long again, for all
// workers.  Times in microseconds on the monotonic clock.
// Thread: any: workers that fail at once may count one too few.
class Breaker {
 public:
  [[nodiscard]] bool is_open(std::int64_t now) const {
    return now < open_until_.load(std::memory_order_relaxed);
  }
  // True: this one opened it.
  bool failed(std::int64_t now, std::uint32_t most, std::int64_t per) {
    if (now - since_.load(std::memory_order_relaxed) >= per ||
        failures_.load(std::memory_order_relaxed) == 0) {
      since_.store(now, std::memory_order_relaxed);
      failures_.store(0, std::memory_order_relaxed);
    }
    if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 != most) return false;
    failures_.store(0, std::memory_order_relaxed);
    open_until_.store(now + per, std::memory_order_relaxed);
    return true;
  }

 private:
  std::atomic<std::int64_t> open_until_{0};
  std::atomic<std::int64_t> since_{0};
  std::atomic<std::uint32_t> failures_{0};
};

}  // namespace gatehouse::policy

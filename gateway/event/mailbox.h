// Messages from other threads to a loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "event/watch.h"

namespace gatehouse::event {

// Bounded; one wake-up per burst.  Not for the request path: a message allocates and takes a short
// lock. Thread: `post` from any; messages run on the loop's.  Owns: messages not yet run (dropped
// with the mailbox).
class Mailbox final : private Watcher {
 public:
  static constexpr std::size_t kDefaultCapacity = 4096;

  explicit Mailbox(Loop& loop, std::size_t capacity = kDefaultCapacity);
  ~Mailbox();

  // Runs `message` on the loop's thread, in the order of posting.  False: full, nothing was kept
  // (and counted).
  [[nodiscard]] bool post(std::function<void()> message);
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t wakes() const { return wakes_.load(std::memory_order_relaxed); }

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override {}

  const std::size_t capacity_;
  int fd_;
  Watch watch_;
  std::mutex mutex_;
  std::vector<std::function<void()>> waiting_;
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> wakes_{0};
};

}  // namespace gatehouse::event

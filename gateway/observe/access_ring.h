// Access records on their way from one worker to the thread that writes them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "observe/access_record.h"

namespace gatehouse::observe {

// Lets the writer sleep without costing a worker a system call per record: only the first record
// after the writer said that it sleeps rings the bell.
// Thread: any.  Owns: an eventfd.
class AccessBell {
 public:
  AccessBell();
  AccessBell(const AccessBell&) = delete;
  AccessBell& operator=(const AccessBell&) = delete;
  ~AccessBell();

  // By a worker, after a record.  Cost: a load, unless the writer sleeps.
  void record_pushed() noexcept {
    if (!asleep_.load(std::memory_order_relaxed)) return;
    asleep_.store(false, std::memory_order_relaxed);
    wake();
  }
  // Wakes the writer, whatever it does.
  void wake() noexcept;

  // By the writer.  `nap` returns early only for `wake`.  A sleeper announces itself, naps once
  // more (a store is visible to the other core long before a nap ends, so no record needs a fence),
  // looks again, and then may `sleep`.
  void announce_sleep() noexcept { asleep_.store(true, std::memory_order_relaxed); }
  void stay_awake() noexcept { asleep_.store(false, std::memory_order_relaxed); }
  void nap(int milliseconds) noexcept;
  void sleep() noexcept { nap(-1); }
  [[nodiscard]] bool asleep() const { return asleep_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t wakes() const { return wakes_.load(std::memory_order_relaxed); }

 private:
  int fd_;
  std::atomic<bool> asleep_{false};
  std::atomic<std::uint64_t> wakes_{0};
};

// A ring of bytes with one producer and one consumer.
// Thread: `push` by its worker; `front`, `pop` by the writer; the rest by any.  Owns: its bytes.
class AccessRing {
 public:
  static constexpr Bytes kDefaultSize = 1_MiB;

  // `size` is raised to a power of two of at least 64 KiB.
  AccessRing(Bytes size, AccessBell& bell);

  // Copies `record`; texts are cut to kAccessLongest.  False: the ring is full and the record was
  // dropped and counted. Cost: never blocks or allocates; about 40 ns for a typical record of 500
  // bytes.
  bool push(const AccessRecord& record) noexcept;

  // The oldest record, its texts in the ring until `pop`.  False: none.
  bool front(AccessRecord& record) noexcept;
  void pop() noexcept;

  // Records that found no room.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] char* at(std::uint64_t position) const { return bytes_.get() + (position & mask_); }

  const std::uint64_t mask_;
  const std::unique_ptr<char[]> bytes_;
  AccessBell& bell_;
  alignas(64) std::atomic<std::uint64_t> head_{0};  // written by the worker
  std::atomic<std::uint64_t> dropped_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // written by the writer
  std::uint64_t front_size_ = 0;
};

}  // namespace gatehouse::observe

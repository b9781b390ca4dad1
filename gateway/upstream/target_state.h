// What all workers share about a target and a group: counters, nothing else.
#pragma once

#include <atomic>
#include <cstdint>

namespace gatehouse::upstream {

// Kept across generations by group and address; owned by the control thread, which frees it when no
// snapshot names it.
struct alignas(64) TargetState {
  std::atomic<std::uint32_t> in_flight{0};  // counted only while the group's pool has `per_target`
};

struct alignas(64) GroupState {
  std::atomic<std::uint32_t> connections{0};
  std::atomic<std::uint64_t> waiting_workers{
      0};  // bit n: worker n % 64 has exchanges waiting for a connection
};

}  // namespace gatehouse::upstream

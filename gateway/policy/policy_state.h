// What happened to a policy, by its name, for as long as the process lives.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "observe/prometheus.h"

namespace gatehouse::policy {

// Why a run failed.
enum class Cause : std::uint8_t { error, cpu, memory, wall };
inline constexpr std::array<std::string_view, 4> kCauseWords = {"error", "cpu", "memory", "wall"};

// Thread: any.
struct PolicyState {
  explicit PolicyState(std::string policy) : name(std::move(policy)) {}
  const std::string name;
  std::array<std::atomic<std::uint64_t>, kCauseWords.size()> failures{};

  void count(Cause cause) {
    failures[static_cast<std::size_t>(cause)].fetch_add(1, std::memory_order_relaxed);
  }
};

// The state of a policy's name.
[[nodiscard]] std::shared_ptr<PolicyState> state_of_policy(const std::string& name);

void write_policy_states(observe::Exposition& out);

}  // namespace gatehouse::policy

// What a step did wrong, by its name, for as long as the process lives.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "include/gatehouse/abi.h"
#include "observe/prometheus.h"

namespace gatehouse::plugin {

// Thread: any.
struct StepState {
  explicit StepState(std::string step) : name(std::move(step)) {}
  const std::string name;
  std::uint32_t number = 0;                      // in tickets
  std::atomic<std::uint64_t> failures{0};        // exceptions
  std::atomic<std::uint64_t> deadlines{0};       // waits that it did not end
  std::atomic<std::uint64_t> late_answers{0};    // resumptions of waits that were over
  std::atomic<std::uint64_t> double_answers{0};  // answers after the first

  // What steps of this name counted that are gone.  Thread: control.
  using Counts = std::array<std::uint64_t, GH_BUCKETS + 1>;
  std::map<std::string, Counts> counted;
};

// The state of a step's name.  Errors: none.  Thread: any.
[[nodiscard]] std::shared_ptr<StepState> state_of_step(const std::string& name);
// The state of that number; null: none.
[[nodiscard]] StepState* step_of_number(std::uint32_t number);

void write_step_states(observe::Exposition& out);

}  // namespace gatehouse::plugin

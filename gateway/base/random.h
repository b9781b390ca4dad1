// Randomness, injected: workers own one each, tests a seeded one.
#pragma once

#include <array>
#include <cstdint>

namespace gatehouse {

// xoshiro256** (Blackman, Vigna 2018).  For ids and balancing, never for keys.
// Thread: its owner's.  Cost: about 1 ns.
class Random {
 public:
  // From the kernel's entropy.
  Random();
  explicit Random(std::uint64_t seed) noexcept;

  [[nodiscard]] std::uint64_t next() noexcept;
  // Evenly in [0, bound); bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace gatehouse

#include "base/random.h"

#include <sys/random.h>

#include <bit>

#include "base/check.h"
#include "base/hash.h"

namespace gatehouse {

Random::Random() {
  GH_CHECK(getrandom(state_.data(), sizeof state_, 0) == static_cast<ssize_t>(sizeof state_));
}

Random::Random(std::uint64_t seed) noexcept {
  for (auto& word : state_) {  // splitmix64, as its authors advise for seeding
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31);
  }
}

std::uint64_t Random::next() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) noexcept {
  return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
}

}  // namespace gatehouse

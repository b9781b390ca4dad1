// What a serving process leaves to the one that takes over when it dies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::control {

// The configuration that was live: the file may be broken or gone by the time it is needed.
struct Legacy {
  std::uint64_t generation = 0;
  std::int64_t wall_s = 0;             // when it went live
  std::uint64_t rolled_back_file = 0;  // hash of the file that a rollback stands in for; 0: none
  std::string bytes;

  // Both ends are the same executable, so the format has no versions.
  [[nodiscard]] std::string encode() const;
  // Nothing: there is none.
  [[nodiscard]] static std::optional<Legacy> decode(std::string_view text);
};

}  // namespace gatehouse::control

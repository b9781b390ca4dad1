// gate.shared: one dictionary per gateway, for all workers and policies.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/hash.h"

namespace gatehouse::policy {

// Bounded: what finds no room is refused.  Each call is atomic; times are microseconds on the wall
// clock, given by the caller.
// Thread: any.  Cost: a lock of one of 64 parts for the time of a look-up, no system call unless
// two workers meet in one.
class Dictionary {
 public:
  using Value = std::variant<bool, double, std::string>;
  static constexpr std::size_t kParts = 64;
  // Bytes of keys, values and 100 for each entry, in a part.
  static constexpr std::size_t kMostBytes = 512U << 10;
  static constexpr std::int64_t kNever = INT64_MAX;

  [[nodiscard]] std::optional<Value> get(std::string_view key, std::int64_t now);
  // False: no room.
  [[nodiscard]] bool set(std::string_view key, Value value, std::int64_t now, std::int64_t expires);
  enum class Added : std::uint8_t { yes, there_is_one, no_room };
  [[nodiscard]] Added add(std::string_view key, Value value, std::int64_t now,
                          std::int64_t expires);
  // Adds to a number; `expires` counts where there is none yet.  Nothing: no number, or no room.
  [[nodiscard]] std::optional<double> increase(std::string_view key, double by, std::int64_t now,
                                               std::int64_t expires);
  void remove(std::string_view key);
  void clear();
  // One more event of a limit (generic cell rate algorithm; what there is no room for is allowed):
  // `burst` at once, one for each `interval` microseconds.
  struct Taken {
    bool allowed = true;
    double wait_us = 0;
    double remaining = 0;
  };
  [[nodiscard]] Taken take(std::string_view key, double interval, double burst, std::int64_t now);

  // The gateway's.
  [[nodiscard]] static Dictionary& shared();
  // What gate.limit counts in.
  [[nodiscard]] static Dictionary& limits();

 private:
  struct Entry {
    Value value;
    std::int64_t expires = kNever;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return hash64(key); }
  };
  struct Part {
    std::mutex mutex;
    std::unordered_map<std::string, Entry, KeyHash, std::equal_to<>> entries;
    std::size_t bytes = 0;
  };
  [[nodiscard]] Part& part_of(std::string_view key) { return parts_[hash64(key, 1) % kParts]; }
  static Entry* find(Part& part, std::string_view key, std::int64_t now);
  static bool put(Part& part, std::string_view key, Value value, std::int64_t now,
                  std::int64_t expires);
  static void erase(Part& part, std::string_view key);

  std::array<Part, kParts> parts_;
};

}  // namespace gatehouse::policy

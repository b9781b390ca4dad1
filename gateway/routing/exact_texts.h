// Texts that are looked up whole, by the thousand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::routing {

// Texts with a number each.  Two pieces of memory whatever their count; a text that is found costs
// two lines of the cache.  Immutable once built.
class ExactTexts {
 public:
  struct Entry {
    std::string text;
    std::uint32_t value;
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  ExactTexts() = default;
  // No two entries have the same text.
  explicit ExactTexts(const std::vector<Entry>& entries);

  // The text's number, or kNone.
  [[nodiscard]] std::uint32_t find(std::string_view text) const;
  [[nodiscard]] bool empty() const { return slots_.empty(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t at = kNone;  // of the entry in `entries_`
  };

  std::vector<Slot> slots_;  // a power of two, at most two thirds of them in use
  std::string entries_;      // value, size and text of each
};

}  // namespace gatehouse::routing

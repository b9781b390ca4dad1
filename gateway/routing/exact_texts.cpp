#include "routing/exact_texts.h"

#include <bit>
#include <cstring>

#include "base/hash.h"

namespace gatehouse::routing {
namespace {

// What stands in front of a text.
struct Front {
  std::uint32_t value;
  std::uint32_t size;
};

std::uint32_t hash_of(std::string_view text) { return static_cast<std::uint32_t>(hash64(text)); }

}  // namespace

ExactTexts::ExactTexts(const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  slots_.resize(std::bit_ceil(entries.size() + entries.size() / 2 + 1));
  const std::size_t mask = slots_.size() - 1;
  for (const auto& [text, value] : entries) {
    const Front front{value, static_cast<std::uint32_t>(text.size())};
    const Slot slot{hash_of(text), static_cast<std::uint32_t>(entries_.size())};
    entries_.append(reinterpret_cast<const char*>(&front), sizeof front).append(text);
    std::size_t at = slot.hash & mask;
    while (slots_[at].at != kNone) at = (at + 1) & mask;
    slots_[at] = slot;
  }
  entries_.shrink_to_fit();
}

std::uint32_t ExactTexts::find(std::string_view text) const {
  if (slots_.empty()) return kNone;
  const std::uint32_t hash = hash_of(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].at != kNone; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const char* entry = entries_.data() + slots_[at].at;
    Front front{};
    std::memcpy(&front, entry, sizeof front);
    if (std::string_view(entry + sizeof front, front.size) == text) return front.value;
  }
  return kNone;
}

}  // namespace gatehouse::routing

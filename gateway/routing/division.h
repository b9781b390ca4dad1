// How the rules of one node of a ResidualIndex are told apart: by which condition each is looked
// up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "routing/residual_index.h"

namespace gatehouse::routing {

// Something that a rule asks for and that can be looked up.
struct Asked {
  enum class Kind : std::uint8_t { method, header, query, source_ip, client_ip };
  Kind kind;
  std::string text;  // name and value with kBetween, a method, the bytes of a block
  [[nodiscard]] config::AddressBlock block() const;
  bool operator==(const Asked&) const = default;
};

// The number of residual conditions that were not looked up yet.
[[nodiscard]] std::size_t unmet(const ResidualIndex::Entry& entry, const Conditions& rule);

// For each rule the condition is chosen whose values it shares with the fewest others.
class ResidualIndex::Division {
 public:
  Division(const std::vector<Entry>& entries, std::span<const Conditions> rules);

  std::vector<Entry> rest;  // tried one after another
  std::vector<std::pair<Asked, std::vector<Entry>>> groups;
};

}  // namespace gatehouse::routing

// A request that two rules ask for.
#pragma once

#include <optional>

#include "routing/witness.h"

namespace gatehouse::routing {

// How what an earlier rule asks of a host or a path lies to what a later one asks.
enum class Relation : std::uint8_t {
  unknown,  // apart, or a regular expression has a say in it
  same,
  narrower,  // the earlier is a special case of the later
  wider,     // the later is a special case of the earlier
  crossing,  // both match something, and each something else
  neutral,   // the earlier asks for nothing
};
[[nodiscard]] Relation relation_of_paths(const Pattern* a, const Pattern* b);
[[nodiscard]] Relation relation_of_hosts(const Pattern* a, const Pattern* b);

// A request that holds both cells.  Nothing: none was found.  A header that both ask for has one
// value, a parameter too: that it might come twice shows nothing.
[[nodiscard]] std::optional<Request> request_of_both(const Cell& a, const Cell& b);

}  // namespace gatehouse::routing

// What rules ask for, in little room.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "routing/conditions.h"

namespace gatehouse::routing {

// Further residual conditions of one rule are tried, never looked up.
inline constexpr std::size_t kMostTracked = 64;

// Rules one behind the other: as objects of their own conditions take three times the memory, and
// with many rules each piece of the heap that a trial goes to is a miss of the cache.  Immutable
// once built.
class Trials {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  // A rule on its way down a ResidualIndex.
  struct Entry {
    std::uint32_t order;               // lower wins; also its place among the table's conditions
    std::uint32_t path_regex = kNone;  // the value of its path that must still be tried
    std::uint64_t met = 0;             // a bit for each residual condition that has been looked up
  };

  // Adds what is still to be tried of a rule, without its host, or all of it; returns where it
  // begins.
  std::uint32_t add(const Entry& entry, const Conditions& rule);
  std::uint32_t add(std::uint32_t order, const Conditions& rule);
  void finish();

  // Where the next rule will begin.
  [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(bytes_.size()); }
  // Of the rule that begins at a place.
  [[nodiscard]] std::uint32_t order(std::uint32_t at) const { return front(at).order; }
  [[nodiscard]] std::uint32_t next(std::uint32_t at) const {
    return at + static_cast<std::uint32_t>(sizeof(Front)) + front(at).size;
  }
  [[nodiscard]] bool hold(std::uint32_t at, const Subject& subject) const;
  // What was added.
  [[nodiscard]] Conditions conditions(std::uint32_t at) const;

 private:
  struct Front {
    std::uint32_t order;
    std::uint32_t size;  // of the parts behind it
  };
  [[nodiscard]] Front front(std::uint32_t at) const;
  std::uint32_t add_parts(std::uint32_t order, const std::string& parts);

  std::string bytes_;  // of each rule a Front, then a part for each condition
  std::vector<Pattern> regexes_;
};

}  // namespace gatehouse::routing

// What of a rule tells at a glance that it has nothing to do with another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "routing/conditions.h"

namespace gatehouse::routing {

// Where a text stands among others in their order, and the last that begins with it.
struct Beginning {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  // One of the texts begins with the other.
  [[nodiscard]] bool agrees(const Beginning& other) const {
    return first <= other.first ? other.first < end : first < other.end;
  }
};
[[nodiscard]] std::vector<Beginning> beginnings(const std::vector<std::string>& texts);

struct Brief {
  Beginning path_begin;  // of what each of its paths begins with
  Beginning path_end;    // the same backwards
  Beginning host_end;
  std::uint64_t methods = ~std::uint64_t{0};  // a bit for each, by hash
  std::uint32_t source = 0;                   // the block, if it is one of IPv4
  std::uint32_t source_mask = 0;
  std::uint32_t outcome = 0;
  std::uint32_t place = 0;  // a number of its host and path; 0: there are several
  bool has_host = false;
  bool has_path = false;
  bool one_cell = false;

  // Whether requests of both could go to different ends for their order alone, as far as a glance
  // tells: both ask for a host or both for a path, and nothing keeps them apart.
  [[nodiscard]] bool comes_near(const Brief& later) const {
    return outcome != later.outcome && path_begin.agrees(later.path_begin) &&
           host_end.agrees(later.host_end) && path_end.agrees(later.path_end) &&
           (methods & later.methods) != 0 &&
           ((source ^ later.source) & source_mask & later.source_mask) == 0 &&
           ((has_host && later.has_host) || (has_path && later.has_path)) &&
           !(place == later.place && place != 0 && later.one_cell);
  }
};

// One for each rule, in their order.
[[nodiscard]] std::vector<Brief> briefs(const std::vector<Conditions>& rules,
                                        const std::vector<std::uint32_t>& outcomes);

}  // namespace gatehouse::routing

// One way in which a request can hold a rule's conditions: one value of each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "routing/conditions.h"

namespace gatehouse::routing {

// Null: whatever there is.  Looks into the Conditions that it was made from.  A rule holds where
// one of its cells does.
struct Cell {
  const Pattern* host = nullptr;
  const Pattern* path = nullptr;
  const std::string* method = nullptr;
  std::vector<const HeaderCondition::Value*> headers = {};  // one of each condition
  std::vector<const QueryCondition::Value*> query = {};
  const config::AddressBlock* source = nullptr;
  const config::AddressBlock* client = nullptr;
};

// The cells of a rule, one after another.
class Cells {
 public:
  explicit Cells(const Conditions& rule);
  [[nodiscard]] std::size_t count() const { return count_; }  // saturates
  [[nodiscard]] Cell at(std::size_t index) const;

 private:
  const Conditions& rule_;
  std::size_t count_ = 1;
};

// Whether every text that `narrow` matches is matched by `wide`; null: any text.  True is proven.
[[nodiscard]] bool covers_path(const Pattern& wide, const Pattern* narrow);
[[nodiscard]] bool covers_text(const Pattern& wide, const Pattern* narrow);
[[nodiscard]] bool covers_block(const config::AddressBlock& wide,
                                const config::AddressBlock& narrow);

// Whether every request of the cell holds `rule`.  True is proven (paths: those that begin with
// '/', so all but that of `OPTIONS *`); false where a regular expression or several values of one
// condition together would have to be understood.
[[nodiscard]] bool covers(const Conditions& rule, const Cell& cell);
// The same for all cells of `narrow`, at most so many.
[[nodiscard]] bool covers(const Conditions& rule, const Conditions& narrow, std::size_t most_cells);

}  // namespace gatehouse::routing

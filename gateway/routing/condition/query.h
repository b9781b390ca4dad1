// query: parameters and their values, as they were sent; case is ignored (ALB.md 1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/spec.h"
#include "routing/subject.h"

namespace gatehouse::routing {

// Calls `visit(key, value)` for each parameter, pieces between `&`; without `=` the value is empty.
// A piece of no bytes is no parameter.
template <typename Visit>
void each_parameter(std::string_view query, Visit visit) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    if (!piece.empty()) {
      const auto equals = piece.find('=');
      visit(piece.substr(0, equals),
            equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1));
    }
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

// One map of keys and values: any of them.
struct QueryCondition {
  struct Value {
    std::string key;  // compiled patterns, lower case; `any` is a star
    std::string value;
  };
  std::vector<Value> values;

  explicit QueryCondition(const std::vector<config::NamedPatterns>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing

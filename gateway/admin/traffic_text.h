// What the gateway does, as a table for people.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::admin {

struct TrafficLayout {
  std::string_view sort;  // a column; a table without it, and "", is sorted by its first number
  std::size_t rows = SIZE_MAX;   // of each table
  std::size_t width = SIZE_MAX;  // longer lines are cut
};

// `traffic` as admin::traffic makes it: two lines of the whole, then a table each of rules, target
// groups and policies, if there are any.
[[nodiscard]] std::string traffic_text(const nlohmann::ordered_json& traffic,
                                       const TrafficLayout& layout);

// Names of columns.
[[nodiscard]] std::vector<std::string_view> traffic_columns();

}  // namespace gatehouse::admin

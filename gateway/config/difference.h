// What two files say differently, whatever they look like: comments, order of keys, quotes and the
// two ways to write a list or a map do not count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/document.h"

namespace gatehouse::config {

struct Difference {
  enum class Kind : std::uint8_t { added, removed, changed, moved };
  Kind kind = Kind::changed;
  std::string section;            // "listener", "target group", "route", or "" for the other keys
  std::string name;               // of the entry; of the key, if there is no section
  std::vector<std::string> keys;  // of an entry that changed
  std::string before, after;      // priorities of a route; one that was moved may be changed too
};

// Listeners, target groups, routes, then the other keys of the file.
[[nodiscard]] std::vector<Difference> differences(const Document& before, const Document& after);

}  // namespace gatehouse::config

// Which lines of Lua are executed.
#pragma once

#include <cstddef>
#include <lua.hpp>
#include <map>
#include <set>
#include <string>

#include "policy/script.h"

namespace gatehouse::policy {

// States that are made on its thread while it watches tell it of each line.
// Thread: its own.  Cost: a policy runs some ten times slower.
class LineWatch {
 public:
  LineWatch() = default;
  LineWatch(const LineWatch&) = delete;
  LineWatch& operator=(const LineWatch&) = delete;
  ~LineWatch();

  void begin();
  // The one that watches on this thread; null: none.
  [[nodiscard]] static LineWatch* here();
  void note(lua_State* state, lua_Debug& at);

  // By what errors call the file, "policies/x.lua": how often each line was executed.
  using Lines = std::map<unsigned, std::size_t>;
  [[nodiscard]] const std::map<std::string, Lines>& files() const { return files_; }

 private:
  std::map<std::string, Lines> files_;
};

// The lines on which something of the file can be executed; none: it has a syntax error.
[[nodiscard]] std::set<unsigned> executable_lines(const SourceFile& file);

}  // namespace gatehouse::policy

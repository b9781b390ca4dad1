// What editors are told of the API, in the form of lua-language-server (LuaCATS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::policy {

// A file of definitions, made from the tables of the bindings.
[[nodiscard]] std::string stubs();
// What goes beside them as policies/.luarc.json.
[[nodiscard]] std::string luarc();
// The keys of a table that policies write, such as Fetch; none: there is no such class.
[[nodiscard]] std::vector<std::string> fields_of_class(std::string_view name);

}  // namespace gatehouse::policy

// What editors are told of the API, in the form of lua-language-server (LuaCATS).
#pragma once

#include <string>

namespace gatehouse::policy {

// A file of definitions, made from the tables of the bindings.
[[nodiscard]] std::string stubs();

}  // namespace gatehouse::policy

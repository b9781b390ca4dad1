#include "policy/binding/namespaces.h"

#include <string_view>

namespace gatehouse::policy {
namespace {

const Namespace* const kNamespaces[] = {&kParameterTypes};

}  // namespace

std::span<const Namespace* const> namespaces() { return kNamespaces; }

void put_namespace(lua_State* state, const char* name) {
  for (const Namespace* one : kNamespaces) {
    if (std::string_view(one->name) == name) put_functions(state, one->name, one->functions);
  }
}

void put_gate(lua_State* state) {
  lua_newtable(state);
  put_namespace(state, "gate");
  for (const Namespace* one : kNamespaces) {
    const std::string_view name = one->name;
    if (!name.starts_with("gate.")) continue;
    lua_newtable(state);
    put_functions(state, one->name, one->functions);
    lua_setfield(state, -2, one->name + 5);
  }
  lua_setfield(state, -2, "gate");
}

}  // namespace gatehouse::policy

#include "policy/binding/namespaces.h"

#include <string_view>

#include "policy/binding/json.h"

namespace gatehouse::policy {
namespace {

const Namespace* const kNamespaces[] = {
    &kString, &kTable, &kMath,  &kParameterTypes, &kTexts, &kRandom, &kClock,
    &kRegex,  &kWaits, &kLimit, &kHash,           &kHmac,  &kBase64, &kBase64Url,
    &kJson,   &kJwt,   &kLog,   &kMetric,         &kIp,    &kShared, &kRedis};

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
  lua_getfield(state, -1, "json");
  push_json_null(state);
  lua_setfield(state, -2, "null");
  lua_pop(state, 1);
  lua_setfield(state, -2, "gate");
}

}  // namespace gatehouse::policy

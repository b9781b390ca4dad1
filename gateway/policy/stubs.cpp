#include "policy/stubs.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "policy/binding/classes.h"
#include "policy/binding/namespaces.h"
#include "policy/test_script.h"

namespace gatehouse::policy {
namespace {

// Tables that a policy writes or is given, and which no row describes.
constexpr std::string_view kTables = R"(
---@class gatehouse.Parameter

---@class gatehouse.Policy
---@field with? table<string, gatehouse.Parameter>
---@field request? fun(x: gatehouse.Exchange, with: table)
---@field response? fun(x: gatehouse.Exchange, with: table)
---@field socket_open? fun(x: gatehouse.Exchange, with: table)
---@field socket_message? fun(x: gatehouse.Exchange, message: table, with: table)
---@field log? fun(x: gatehouse.Exchange, with: table)

---@class gatehouse.Respond
---@field status? integer
---@field headers? table<string, string|number|string[]>
---@field body? string
---@field json? any

---@class gatehouse.Fetch
---@field method? string
---@field path? string
---@field query? table<string, string|number>
---@field headers? table<string, string|number>
---@field body? string
---@field json? any
---@field timeout? string|number

---@class gatehouse.Answer
---@field status integer
---@field headers gatehouse.RequestHeaders
---@field body fun(self: gatehouse.Answer): string
---@field json fun(self: gatehouse.Answer): any, string?

---@class gatehouse.Regex
---@field match fun(self: gatehouse.Regex, text: string): string|false?, ...

---@class gatehouse.Limit
---@field key string
---@field rate string
---@field burst? integer
---@field store? string # "redis": counts for all gateways that share it

---@class gatehouse.JwtRules
---@field algorithms string[]
---@field secret? string|string[]
---@field keys? string|string[]
---@field issuer? string|string[]
---@field audience? string|string[]
---@field leeway? string|number

---@class gatehouse.JwtMint
---@field algorithm string
---@field secret string
---@field lifetime string|number
)";

// "(a: integer): string" of a method, or of a function if `self` is empty.
std::string function_type(const Function& row, std::string_view self) {
  std::string type = "fun";
  type += row.signature;
  if (self.empty()) return type;
  const bool alone = type[4] == ')';
  type.insert(4, "self: gatehouse." + std::string(self) + (alone ? "" : ", "));
  return type;
}

void add_field(std::string& out, std::string_view name, std::string_view type,
               std::string_view doc) {
  out +=
      "---@field " + std::string(name) + ' ' + std::string(type) + " # " + std::string(doc) + '\n';
}

void add_objects(std::string& out) {
  std::vector<std::string_view> known;
  for (const ObjectType* type : object_types()) {
    const std::string_view name = kClasses[static_cast<std::size_t>(type->id)];
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    known.push_back(name);
    out += "\n---" + std::string(type->doc) + "\n---@class gatehouse." + std::string(name) + '\n';
    if (type->get != nullptr)
      out += "---@field [string] " + std::string(type->set != nullptr ? type->taken : "string?") +
             '\n';
    for (const Property& row : type->properties) add_field(out, row.name, row.type, row.doc);
    for (const Function& row : type->methods)
      add_field(out, row.name, function_type(row, name), row.doc);
  }
}

}  // namespace

std::vector<std::string> fields_of_class(std::string_view name) {
  constexpr std::string_view kField = "---@field ";
  const std::string head = "---@class gatehouse." + std::string(name) + '\n';
  auto at = kTables.find(head);
  if (at == std::string_view::npos) return {};
  std::vector<std::string> out;
  for (at += head.size(); kTables.substr(at).starts_with(kField); at = kTables.find('\n', at) + 1) {
    const std::string_view field = kTables.substr(at + kField.size());
    out.emplace_back(field.substr(0, field.find_first_of(" ?")));
  }
  return out;
}

std::string luarc() {
  return R"({
  "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
  "runtime": {"version": "LuaJIT", "path": ["?.lua"], "pathStrict": true,
    "builtin": {"coroutine": "disable", "debug": "disable", "ffi": "disable", "io": "disable",
      "jit": "disable", "os": "disable", "package": "disable"}},
  "workspace": {"library": [".meta"], "checkThirdParty": false}
}
)";
}

std::string stubs() {
  std::string out = "---@meta\n-- Made by `gatehouse lua stubs` from the gateway's own tables.\n";
  add_objects(out);
  out += kTables;
  std::map<std::string, std::string> classes;  // sorted: `gate` comes before what is in it
  for (const Namespace* one : namespaces()) {
    const std::string name = one->name;
    if (!name.starts_with("gate")) continue;
    std::string& fields = classes[name];
    for (const Function& row : one->functions)
      add_field(fields, row.name, function_type(row, {}), row.doc);
    if (name != "gate") add_field(classes["gate"], name.substr(5), "gatehouse." + name, one->doc);
  }
  add_field(classes["gate"], "env", "table<string, string>", "what policy_env names");
  add_field(classes["gate.json"], "null", "userdata", "JSON's null");
  for (const auto& [name, fields] : classes)
    out.append("\n---@class gatehouse.").append(name).append("\n").append(fields);
  return out + "\n---@type gatehouse.gate\ngate = {}\n" + test_stubs();
}

}  // namespace gatehouse::policy

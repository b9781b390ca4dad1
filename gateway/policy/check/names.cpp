#include "policy/check/names.h"

#include <algorithm>
#include <array>

#include "config/diagnostic.h"
#include "policy/binding/classes.h"
#include "policy/binding/objects.h"
#include "policy/sandbox.h"
#include "policy/stubs.h"

namespace gatehouse::policy {
namespace {

// What Lua has elsewhere, and what a policy does instead.
struct Removed {
  std::string_view name;
  std::string_view instead;
};
constexpr std::array kRemoved = {
    Removed{"io", "a policy has no files: gate.log writes to the log"},
    Removed{"os", "gate.now and gate.time are the clocks, gate.env has what policy_env names"},
    Removed{"debug", "nothing takes its place"},
    Removed{"ffi", "nothing takes its place"},
    Removed{"jit", "policies are interpreted, so that they can be stopped"},
    Removed{"package", "`require` finds files under policies/"},
    Removed{"module", "a module returns its table"},
    Removed{"coroutine",
            "calls that wait look like others; gate.all runs several at the same time"},
    Removed{"load", "no code is made from texts"},
    Removed{"loadstring", "no code is made from texts"},
    Removed{"loadfile", "`require` finds files under policies/"},
    Removed{"dofile", "`require` finds files under policies/"},
    Removed{"print", "gate.log.info writes to the log"},
    Removed{"collectgarbage", "memory is a budget"},
    Removed{"setfenv", "nothing takes its place"},
    Removed{"getfenv", "nothing takes its place"},
    Removed{"newproxy", "nothing takes its place"},
};

template <typename Rows>
void add_names(std::vector<std::string_view>& out, const Rows& rows) {
  for (const auto& row : rows) out.push_back(row.name);
}

std::vector<std::string_view> names_of(const Known& of) {
  std::vector<std::string_view> out;
  if (of.object != nullptr) {
    add_names(out, of.object->properties);
    add_names(out, of.object->methods);
  } else if (of.parameters != nullptr) {
    for (const auto& parameter : of.parameters->all()) out.push_back(parameter->name);
  } else {
    out = safe_names(of.space);
    for (const Namespace* one : namespaces()) {
      const std::string_view name = one->name;
      if (name == of.space) add_names(out, one->functions);
      if (of.space == "gate" && name.starts_with("gate.")) out.push_back(name.substr(5));
    }
    if (of.space == "gate") out.emplace_back("env");
    if (of.space == "gate.json") out.emplace_back("null");
  }
  return out;
}

Member unknown(const Known& of, std::string_view name) {
  Member out;
  const bool parameter = of.parameters != nullptr;
  out.code = parameter ? "unknown-parameter" : "unknown-field";
  const std::string whole = of.object != nullptr ? of.object->name : std::string(of.space);
  out.message = parameter ? "`with` has no parameter '" + std::string(name) + "'"
                          : whole + " has no '" + std::string(name) + "'";
  out.hint = did_you_mean(name, names_of(of));
  return out;
}

Member function_member(const Function& row, std::string_view prefix, char between) {
  Member out;
  out.value.function = &row;
  out.value.name = std::string(prefix) + between + row.name;
  return out;
}

Member member_of_object(const Known& of, std::string_view name) {
  const ObjectType& type = *of.object;
  for (const Property& row : type.properties) {
    if (row.name != name) continue;
    Member out;
    out.value.object = object_of_class(row.type);
    out.phases = row.phases;
    return out;
  }
  for (const Function& row : type.methods) {
    if (row.name == name) return function_member(row, type.name, ':');
  }
  return type.get != nullptr ? Member{} : unknown(of, name);
}

Member member_of_space(const Known& of, std::string_view name) {
  for (const Namespace* one : namespaces()) {
    const std::string_view space = one->name;
    if (of.space == "gate" && space.starts_with("gate.") && space.substr(5) == name) {
      Member out;
      out.value.space = space;
      return out;
    }
    if (space != of.space) continue;
    for (const Function& row : one->functions) {
      if (row.name == name) return function_member(row, space, '.');
    }
  }
  const auto names = names_of(of);
  return std::ranges::find(names, name) != names.end() ? Member{} : unknown(of, name);
}

// Where the first of "claims: table<string, any>, with: gatehouse.JwtMint" is over.
std::size_t end_of_argument(std::string_view signature) {
  int open = 0;
  for (std::size_t at = 0; at != signature.size(); ++at) {
    const char c = signature[at];
    open += c == '<' ? 1 : c == '>' ? -1 : 0;
    if (c == ',' && open == 0) return at;
  }
  return signature.size();
}

}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view meant = config::nearest(name, known);
  return meant.empty() ? std::string() : "did you mean '" + std::string(meant) + "'?";
}

Member member_of(const Known& of, std::string_view name) {
  if (of.object != nullptr) return member_of_object(of, name);
  if (!of.space.empty()) return member_of_space(of, name);
  if (of.parameters == nullptr) return {};
  const auto names = names_of(of);
  return std::ranges::find(names, name) != names.end() ? Member{} : unknown(of, name);
}

bool can_be_set(const Known& of, std::string_view name) {
  if (of.object == nullptr) return true;
  for (const Property& row : of.object->properties) {
    if (row.name == name) return row.set != nullptr;
  }
  return of.object->set != nullptr;
}

bool is_global(std::string_view name) {
  const auto names = safe_names("");
  return std::ranges::find(names, name) != names.end();
}

Known global(std::string_view name) {
  Known out;
  if (name == "gate") out.space = "gate";
  if (!safe_names(name).empty() && !name.empty()) out.space = name;
  return out;
}

Member missing_global(std::string_view name) {
  Member out;
  const auto removed = std::ranges::find(kRemoved, name, &Removed::name);
  if (removed != kRemoved.end()) {
    out.code = "removed-library";
    out.message = "policies have no '" + std::string(name) + "'";
    out.hint = removed->instead;
    return out;
  }
  out.code = "undefined-global";
  out.message = "'" + std::string(name) + "' is neither a local variable nor a global";
  out.hint = did_you_mean(name, safe_names(""));
  return out;
}

std::vector<std::string> keys_of_argument(const Function& function, std::size_t place) {
  constexpr std::string_view kClass = "gatehouse.";
  std::string_view signature = function.signature;
  signature = signature.substr(1, signature.find(')') - 1);
  for (; place > 0; --place) {
    const auto comma = end_of_argument(signature);
    if (comma == signature.size()) return {};
    signature.remove_prefix(comma + 2);
  }
  signature = signature.substr(0, end_of_argument(signature));
  const auto at = signature.find(kClass);
  if (at == std::string_view::npos) return {};
  return fields_of_class(signature.substr(at + kClass.size()));
}

}  // namespace gatehouse::policy

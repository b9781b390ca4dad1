// What a policy may name, as the tables of the bindings say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/binding/namespaces.h"
#include "policy/parameters.h"

namespace gatehouse::policy {

// What is known of a value; nothing: anything may be done with it.
struct Known {
  const ObjectType* object = nullptr;      // "x.request"
  std::string_view space;                  // "gate.hash", "string"
  const Function* function = nullptr;      // of either
  std::string name;                        // of a function, as errors call it
  const Parameters* parameters = nullptr;  // the second argument of a phase
};

// What stands behind a dot or a colon.
struct Member {
  Known value;
  std::uint32_t phases = kAnywhere;  // in which it is there
  std::string code;                  // "": it is there
  std::string message;
  std::string hint;
};
[[nodiscard]] Member member_of(const Known& of, std::string_view name);
// Whether it may be assigned to.
[[nodiscard]] bool can_be_set(const Known& of, std::string_view name);

// A global as every policy finds it.
[[nodiscard]] bool is_global(std::string_view name);
[[nodiscard]] Known global(std::string_view name);
// What to say of one that is not there.
[[nodiscard]] Member missing_global(std::string_view name);

// The keys that a table has which is the argument at `place` of the function; none: any.
[[nodiscard]] std::vector<std::string> keys_of_argument(const Function& function,
                                                        std::size_t place);

[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string_view>& known);

}  // namespace gatehouse::policy

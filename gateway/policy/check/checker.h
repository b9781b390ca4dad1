// Reads policies without a request: names that are not there, in this phase or at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "policy/library.h"

namespace gatehouse::policy {

// Of a file that Lua compiles.  `parameters`: of its `with`; null: they are not known.
// What a value is is known as far as it comes from the arguments of a phase, from `gate` or from a
// library, by way of local variables: what is not known is not complained of.
[[nodiscard]] config::Diagnostics check_names(std::string_view text, const Parameters* parameters);

// The modules that the file names behind `require`.
[[nodiscard]] std::vector<std::string> required_modules(std::string_view text);

// The same of a policy, which is executed once as `gatehouse check` does, or of a module of
// policies, which is not.
[[nodiscard]] config::Diagnostics check_policy(const std::string& name, const std::string& text,
                                               Library& library, const config::Source& source);
[[nodiscard]] config::Diagnostics check_module(const std::string& name, const std::string& text);

}  // namespace gatehouse::policy

// gate.string and its like, by which a policy says what its parameters are.
#pragma once

#include <optional>
#include <string_view>

#include "policy/parameters.h"

namespace gatehouse::policy {

// The kind of that word: gate.WORD.
[[nodiscard]] std::optional<ParameterType::Kind> kind_named(std::string_view word);

}  // namespace gatehouse::policy

// Defaults of a policy's parameters.
#pragma once

#include "policy/parameters.h"

namespace gatehouse::policy {

// Makes of a default what the same words in routes.yaml would become: "30s" is 30.  False: it is no
// value of the type.
[[nodiscard]] bool fit_default(const ParameterType& type, Value& value);

}  // namespace gatehouse::policy

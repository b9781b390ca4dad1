// The configuration that a test is about.
#pragma once

#include <string>

#include "config/spec.h"
#include "rehearsal/ask.h"

namespace gatehouse::rehearsal {

// A configuration without errors; `environment`: names and values, which go before the process's.
// Throws Mistake: what is wrong with it.
[[nodiscard]] config::Spec spec_of(const std::string& file, const Json& environment);

// The same with policies out of shadow: one or a list, each as metrics call it
// ("api/policies/x.lua"), or by its file, on every route then.  Throws Mistake: there is none.
[[nodiscard]] config::Spec enforced(config::Spec spec, const Json& policies);

}  // namespace gatehouse::rehearsal

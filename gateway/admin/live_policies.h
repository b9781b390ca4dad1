// What is known of the policies of the live configuration.
#pragma once

#include <memory>
#include <vector>

#include "control/gateway.h"
#include "policy/policy_state.h"

namespace gatehouse::admin {

// Whether they ran or not; states outlive configurations, those of earlier ones are left out.
// Thread: control.
[[nodiscard]] std::vector<std::shared_ptr<policy::PolicyState>> live_policies(
    const control::Gateway& gateway);

}  // namespace gatehouse::admin

// What a plugin has under way at the gateway.
#pragma once

#include "include/gatehouse/abi.h"

// Destroying it gives it up.
struct gh_operation {
  virtual ~gh_operation() = default;
};

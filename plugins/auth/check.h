// What the table alone cannot see is wrong with a configuration.
#pragma once

#include <gatehouse/schema.hpp>

#include "config.h"

namespace auth {

void check(const Config& config, gatehouse::Problems& problems);

}  // namespace auth

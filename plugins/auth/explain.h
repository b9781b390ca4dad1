// What `gatehouse explain` is told of a request's credential.
#pragma once

#include <gatehouse/plugin.hpp>

#include "config.h"

namespace auth {

// Verifies with the keys that the file has; a set that would have to be fetched is not asked.
void explain(const Config& config, gatehouse::Explained& would);

}  // namespace auth

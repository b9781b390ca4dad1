// Whose request it is, as a text that no other key has.
#pragma once

#include <gatehouse/exchange.hpp>
#include <string>

#include "config.h"

namespace rate_limit {

// Appends what `key` counts together; of a request that has no such thing, its address.  False: it
// has several, of which the target may take another one than is counted.
[[nodiscard]] bool append_key(gatehouse::Exchange& x, const Key& key, std::string& to);

}  // namespace rate_limit

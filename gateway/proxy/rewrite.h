// The rule's rewrites, applied to what the target will get.
#pragma once

#include "exchange/exchange.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

// False: what came out is no request.  After start_upstream_head().
[[nodiscard]] bool apply_rewrites(exchange::Exchange& x, const snapshot::Rule& rule);

}  // namespace gatehouse::proxy

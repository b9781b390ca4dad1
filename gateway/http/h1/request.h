// The head of a request (RFC 9112 3, 5, 6), strictly.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/h1/scan.h"
#include "http/head.h"

namespace gatehouse::http::h1 {

// Parses the head at the front of `bytes`.  Call again with the same bytes and more behind them
// while it is incomplete (they may have moved); `scan` starts as {}.  What `out` held before is
// gone; it is empty while incomplete, and when refused it holds what was read by then.  On
// `complete` `out.size` bytes are used up; views point into `bytes` and `arena`. One CRLF in front
// is skipped (RFC 9112 2.2).  Cost: every byte is looked at twice, 16 at a time.
[[nodiscard]] Parse parse_request(std::string_view bytes, const HeadLimits& limits, Arena& arena,
                                  RequestHead& out, HeadScan& scan);

}  // namespace gatehouse::http::h1

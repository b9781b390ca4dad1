// The head of a response (RFC 9112 4, 6.3), strictly: what cannot be read in one way only is a 502.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/h1/scan.h"
#include "http/head.h"

namespace gatehouse::http::h1 {

struct ResponseContext {
  bool head_request = false;  // the answer to HEAD has no body
};

// As parse_request.  Reasons: target_bad_head, target_bad_length, target_headers_too_large.
[[nodiscard]] Parse parse_response(std::string_view bytes, const HeadLimits& limits,
                                   const ResponseContext& context, Arena& arena, ResponseHead& out,
                                   HeadScan& scan);

// True if the head of a 101 names WebSocket, and nothing else, as the new protocol (RFC 9110 7.8).
[[nodiscard]] bool switches_to_websocket(const ResponseHead& head);

}  // namespace gatehouse::http::h1

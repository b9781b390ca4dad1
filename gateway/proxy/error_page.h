// The answer that the gateway makes itself when something went wrong.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/reason.h"
#include "http/head.h"

namespace gatehouse::proxy {

struct ErrorPage {
  std::string_view content_type;
  std::string_view body;
};

// `status`: most often the reason's own.  Text, HTML or problem+json (RFC 9457), by the request's
// Accept; names the reason and the request's id, nothing inside.
ErrorPage make_error_page(Reason reason, std::uint16_t status, const http::RequestHead& request,
                          std::string_view id, Arena& arena);

}  // namespace gatehouse::proxy

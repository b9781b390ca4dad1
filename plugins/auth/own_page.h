// Whether a request that a cookie signs came from a page of our own: browsers add cookies to
// whatever any page makes them send (cross-site request forgery).
#pragma once

#include <gatehouse/head.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "credential.h"

namespace auth {

// Requests that may change something, and sockets, over which anything may be said.  GET changes
// nothing here (RFC 9110 9.2.1), and other pages do not get its answer.
[[nodiscard]] bool needs_own_page(std::string_view method, bool is_upgrade);

// By what the browser says: Sec-Fetch-Site; else Origin, or Referer, is `scheme`://`host` (as the
// request came) or one of `origins`.  Without any of them nobody knows: no.
[[nodiscard]] bool is_own_page(std::span<const Line> headers, std::string_view scheme,
                               std::string_view host, std::span<const std::string> origins);

// Of a request that a cookie signs: whether another page may have sent it.
[[nodiscard]] inline bool may_be_forged(const gatehouse::Request& request,
                                        std::span<const Line> headers,
                                        std::span<const std::string> origins) {
  return needs_own_page(request.method(), request.is_upgrade()) &&
         !is_own_page(headers, request.scheme(), request.host(), origins);
}

// Whether the text is an origin as browsers write it: scheme, host, a port that is not the
// scheme's.
[[nodiscard]] bool is_origin(std::string_view text);

}  // namespace auth

// What conditions look at: one request, and whom it came from.
#pragma once

#include <cstdint>
#include <span>

#include "http/head.h"

namespace gatehouse::routing {

// An IP address: 4 bytes, or 16, or none (the peer of a Unix socket).  An IPv4 address that came as
// IPv6 has 4.
using AddressBytes = std::span<const std::uint8_t>;

// Views; lives as long as the match.
struct Subject {
  const http::RequestHead& head;
  AddressBytes source_ip;  // the connection's
  AddressBytes client_ip;  // behind trusted proxies
};

}  // namespace gatehouse::routing

// The authority of a request (RFC 3986 3.2, RFC 9110 7.2).
#pragma once

#include <string_view>

namespace gatehouse::http {

// Checks `host`, a name, IPv4 address or [IPv6] with or without a port, and puts the name without
// port, brackets kept and without one final dot, into `name`.  False: empty, user information,
// anything that is no host.
[[nodiscard]] bool split_host(std::string_view host, std::string_view& name);

}  // namespace gatehouse::http

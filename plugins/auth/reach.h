// Which addresses keys may be fetched from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sockaddr;

namespace auth {

enum class Reach : std::uint8_t {
  open,
  inside,    // private networks, and what is kept for other uses (RFC 6890)
  loopback,  // this machine
  never,     // link-local, where clouds keep their secrets; multicast; no address at all
};

// IPv4 inside of IPv6 counts as what it is (mapped, NAT64, 6to4).
[[nodiscard]] Reach reach_of(const sockaddr& address);

// What is wrong with the URL of a key set, "": nothing.  It is https; or http to this machine, by a
// loopback address or the name localhost.  An address of a private network needs `inside_allowed`.
[[nodiscard]] std::string problem_of_url(std::string_view url, bool inside_allowed);

// Whether a fetch of a good URL may connect there, now that its name has become an address.
[[nodiscard]] bool may_connect(std::string_view url, const sockaddr& address, bool inside_allowed);

// Without its query, in which some keep a secret.
[[nodiscard]] std::string_view printable(std::string_view url);

}  // namespace auth

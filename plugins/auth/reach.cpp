#include "reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace auth {
namespace {

using V6 = std::array<std::uint8_t, 16>;

struct Block {
  std::uint32_t network;
  unsigned bits;
  Reach reach;
};
// RFC 6890 and those that it was updated by.
constexpr Block kBlocks[] = {
    {0x00000000, 8, Reach::never},   {0x7f000000, 8, Reach::loopback},
    {0x0a000000, 8, Reach::inside},  {0x64400000, 10, Reach::inside},
    {0xac100000, 12, Reach::inside}, {0xc0000000, 24, Reach::inside},
    {0xc0a80000, 16, Reach::inside}, {0xc6120000, 15, Reach::inside},
    {0xa9fe0000, 16, Reach::never},  {0xe0000000, 3, Reach::never},
};

Reach of_v4(std::uint32_t address) {
  for (const Block& block : kBlocks) {
    if ((address ^ block.network) >> (32 - block.bits) == 0) return block.reach;
  }
  return Reach::open;
}

std::uint32_t number_at(const V6& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

Reach of_v6(const V6& bytes) {
  const bool begins_empty =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; });
  if (begins_empty && bytes[10] == 0xff && bytes[11] == 0xff) return of_v4(number_at(bytes, 12));
  if (begins_empty && number_at(bytes, 10) >> 16 == 0) {  // ::/96, which is nobody's
    return number_at(bytes, 12) == 1 ? Reach::loopback : Reach::never;
  }
  if (number_at(bytes, 0) == 0x0064ff9b) return of_v4(number_at(bytes, 12));    // NAT64
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return of_v4(number_at(bytes, 2));  // 6to4
  if (bytes[0] == 0xff || (bytes[0] == 0xfe && bytes[1] >= 0x80)) return Reach::never;
  return (bytes[0] & 0xfe) == 0xfc ? Reach::inside : Reach::open;
}

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?"));
  if (url.starts_with('[')) {
    const std::size_t end = url.find(']');
    return end == std::string_view::npos ? std::string_view() : url.substr(1, end - 1);
  }
  return url.substr(0, url.rfind(':'));
}

// Of a host that is an address in its usual form.
std::optional<Reach> reach_of_text(std::string_view host) {
  const std::string text(host);
  in_addr four{};
  V6 six{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return of_v4(ntohl(four.s_addr));
  if (inet_pton(AF_INET6, text.c_str(), six.data()) == 1) return of_v6(six);
  return std::nullopt;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || reach_of_text(host) == Reach::loopback;
}

}  // namespace

Reach reach_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return of_v4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return Reach::never;
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  V6 bytes{};
  std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
  return of_v6(bytes);
}

std::string problem_of_url(std::string_view url, bool inside_allowed) {
  const bool encrypted = url.starts_with(kHttps);
  if (!encrypted && !url.starts_with(kHttp)) return "a key set is fetched by https";
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\\#@\"<>^`{|}").find(c) == std::string_view::npos;
  });
  const std::string_view host = host_of(url);
  if (!plain || host.empty()) return "not a URL of scheme, host and path";
  if (is_this_machine(host)) return {};
  if (!encrypted) return "keys that come without TLS are anyone's; https, or http to this machine";
  const auto reach = reach_of_text(host);
  if (!reach || *reach == Reach::open) return {};
  if (*reach == Reach::never) return "an address from which no keys are fetched";
  return inside_allowed ? ""
                        : "an address of a private network; jwks_fetch: {private_addresses: true}";
}

bool may_connect(std::string_view url, const sockaddr& address, bool inside_allowed) {
  const Reach reach = reach_of(address);
  if (is_this_machine(host_of(url))) return reach == Reach::loopback;
  return reach == Reach::open || (reach == Reach::inside && inside_allowed);
}

std::string_view printable(std::string_view url) { return url.substr(0, url.find('?')); }

}  // namespace auth

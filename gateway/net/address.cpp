#include "net/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include "base/hash.h"

namespace gatehouse::net {
namespace {

char* write_decimal(char* to, unsigned value) { return std::to_chars(to, to + 3, value).ptr; }

// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups is "::".
char* write_v6(char* to, const std::array<std::uint8_t, 16>& bytes) {
  std::size_t run_at = 8;
  std::size_t run_size = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && bytes[2 * end] == 0 && bytes[2 * end + 1] == 0) ++end;
    if (end - i > run_size) {
      run_at = i;
      run_size = end - i;
    }
    i = end + 1;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_at) {
      *to++ = ':';
      *to++ = ':';
      i += run_size - 1;
      continue;
    }
    if (i != 0 && i != run_at + run_size) *to++ = ':';
    to = std::to_chars(to, to + 4, bytes[2 * i] << 8 | bytes[2 * i + 1], 16).ptr;
  }
  return to;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size())
    return std::nullopt;
  return port;
}

}  // namespace

char* IpAddress::write_ip(char* to) const {
  if (family == Family::v4) {
    for (std::size_t i = 0; i < 4; ++i) {
      if (i != 0) *to++ = '.';
      to = write_decimal(to, bytes[i]);
    }
    return to;
  }
  if (family == Family::v6) return write_v6(to, bytes);
  std::memcpy(to, "unix", 4);
  return to + 4;
}

std::string IpAddress::ip_text() const {
  char text[kLongestText];
  return {text, write_ip(text)};
}

std::string IpAddress::text() const {
  if (family == Family::none) return "unix";
  const std::string ip = ip_text();
  return (family == Family::v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char copy[kLongestText];
  if (text.empty() || text.size() >= sizeof copy) return std::nullopt;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  sockaddr_storage storage{};
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  if (inet_pton(AF_INET, copy, &v4->sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else if (inet_pton(AF_INET6, copy, &v6->sin6_addr) == 1) {
    storage.ss_family = AF_INET6;
  } else {
    return std::nullopt;
  }
  return from(storage);
}

IpAddress IpAddress::from(const sockaddr_storage& address) {
  IpAddress ip;
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    std::memcpy(ip.bytes.data(), &v4.sin_addr, 4);
    ip.port = ntohs(v4.sin_port);
    ip.family = Family::v4;
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ip.port = ntohs(v6.sin6_port);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) != 0;
    ip.family = mapped ? Family::v4 : Family::v6;
    std::memcpy(ip.bytes.data(), v6.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
  }
  return ip;
}

std::uint64_t IpAddress::hash(std::uint64_t seed) const {
  const std::size_t size = family == Family::v4 ? 4 : family == Family::v6 ? 16 : 0;
  return hash64({reinterpret_cast<const char*>(bytes.data()), size}, seed);
}

std::optional<Address> Address::parse(std::string_view text) {
  Address address;
  if (text.starts_with("unix:")) {
    const std::string_view path = text.substr(5);
    auto& un = reinterpret_cast<sockaddr_un&>(address.storage_);
    if (path.empty() || path.size() >= sizeof un.sun_path) return std::nullopt;
    if (path.find('\0') != std::string_view::npos) return std::nullopt;
    un.sun_family = AF_UNIX;
    std::memcpy(un.sun_path, path.data(), path.size());
    address.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return address;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_port(text.substr(colon + 1));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  auto ip = IpAddress::parse(host);
  if (!ip || !port || bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;
  ip->port = *port;
  return of(*ip);
}

Address Address::of(const IpAddress& ip) {
  Address address;
  if (ip.family == IpAddress::Family::v4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage_);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(ip.port);
    std::memcpy(&v4.sin_addr, ip.bytes.data(), 4);
    address.size_ = sizeof v4;
  } else if (ip.family == IpAddress::Family::v6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage_);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(ip.port);
    std::memcpy(&v6.sin6_addr, ip.bytes.data(), 16);
    address.size_ = sizeof v6;
  }
  return address;
}

Address Address::of_socket(int fd) {
  Address address;
  address.size_ = sizeof address.storage_;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage_), &address.size_) != 0) {
    return {};
  }
  return address;
}

std::string_view Address::path() const {
  return is_unix() ? reinterpret_cast<const sockaddr_un&>(storage_).sun_path : "";
}

bool Address::operator==(const Address& other) const {
  return family() == other.family() && ip() == other.ip() && path() == other.path();
}

std::string Address::text() const {
  return is_unix() ? "unix:" + std::string(path()) : ip().text();
}

}  // namespace gatehouse::net

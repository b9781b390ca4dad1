// Where a peer, a target or a listener is.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::net {

// An IPv4 or IPv6 address with a port, small enough to keep for each connection.  An
// IPv4 address that came as IPv6 (::ffff:1.2.3.4) is IPv4.  Neither: the peer of a Unix socket.
struct IpAddress {
  enum class Family : std::uint8_t { none, v4, v6 };
  std::array<std::uint8_t, 16> bytes{};  // the first four for IPv4
  std::uint16_t port = 0;
  Family family = Family::none;

  static constexpr std::size_t kLongestText = 46;
  // Writes the address without port, as RFC 5952 wants IPv6; returns the end.  "unix" for neither.
  // Cost: 10 to 20 ns (inet_ntop: 70 to 230).
  char* write_ip(char* to) const;
  [[nodiscard]] std::string ip_text() const;
  // "1.2.3.4:80", "[::1]:80".
  [[nodiscard]] std::string text() const;
  // An address without a port.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  [[nodiscard]] static IpAddress from(const sockaddr_storage& address);
  // The bytes that matter: 4, 16 or none.
  [[nodiscard]] std::span<const std::uint8_t> significant() const {
    return {bytes.data(), family == Family::v4 ? 4U : family == Family::v6 ? 16U : 0U};
  }
  bool operator==(const IpAddress&) const = default;
  // Of the address without its port, for tables of clients.
  [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const;
};
static_assert(sizeof(IpAddress) <= 20, "kept for each connection");

// What can be connected to or listened on.
class Address {
 public:
  Address() = default;
  // "127.0.0.1:80", "[::1]:80", "unix:/run/x.sock"; nothing for a name.
  [[nodiscard]] static std::optional<Address> parse(std::string_view text);
  [[nodiscard]] static Address of(const IpAddress& ip);
  // Where a socket is bound; family AF_UNSPEC if it is not.
  [[nodiscard]] static Address of_socket(int fd);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] bool is_unix() const { return family() == AF_UNIX; }
  // The IP address, or one of family `none`.
  [[nodiscard]] IpAddress ip() const { return IpAddress::from(storage_); }
  // The path of a Unix socket.
  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string text() const;
  bool operator==(const Address& other) const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace gatehouse::net

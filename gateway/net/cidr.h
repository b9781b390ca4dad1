// Blocks of addresses (RFC 4632).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace gatehouse::net {

struct Cidr {
  IpAddress first;
  unsigned bits = 0;

  // "10.0.0.0/8", "::1/128", or a single address.  Nothing: malformed, or bits set behind the
  // prefix.
  [[nodiscard]] static std::optional<Cidr> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& ip) const;
};

class CidrSet {
 public:
  void add(const Cidr& cidr) { blocks_.push_back(cidr); }
  // The peers of Unix sockets.
  void add_unix() { unix_ = true; }
  [[nodiscard]] bool contains(const IpAddress& ip) const;
  [[nodiscard]] bool empty() const { return blocks_.empty() && !unix_; }

 private:
  std::vector<Cidr> blocks_;
  bool unix_ = false;
};

}  // namespace gatehouse::net

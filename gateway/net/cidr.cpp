#include "net/cidr.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::net {
namespace {

bool same_prefix(const IpAddress& a, const IpAddress& b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return ((a.bytes[whole] ^ b.bytes[whole]) & mask) == 0;
}

}  // namespace

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  const bool v4 = ip->family == IpAddress::Family::v4;
  const bool mapped = v4 && text.find(':') != std::string_view::npos;  // ::ffff:10.0.0.0/104
  const unsigned most = v4 ? 32 : 128;
  Cidr cidr{*ip, most};
  if (slash == std::string_view::npos) return cidr;
  const std::string_view bits = text.substr(slash + 1);
  const auto done = std::from_chars(bits.data(), bits.data() + bits.size(), cidr.bits);
  if (bits.empty() || done.ec != std::errc{} || done.ptr != bits.data() + bits.size() ||
      cidr.bits > (mapped ? 128 : most) || (mapped && cidr.bits < 96)) {
    return std::nullopt;
  }
  if (mapped) cidr.bits -= 96;
  for (unsigned i = cidr.bits; i < most; ++i) {
    if ((cidr.first.bytes[i / 8] >> (7 - i % 8) & 1) != 0) return std::nullopt;
  }
  return cidr;
}

bool Cidr::contains(const IpAddress& ip) const {
  return ip.family == first.family && ip.family != IpAddress::Family::none &&
         same_prefix(ip, first, bits);
}

bool CidrSet::contains(const IpAddress& ip) const {
  if (ip.family == IpAddress::Family::none) return unix_;
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [&](const Cidr& cidr) { return cidr.contains(ip); });
}

}  // namespace gatehouse::net

#include "http/host.h"

#include <array>

#include "base/ascii.h"

namespace gatehouse::http {
namespace {

bool good_port(std::string_view port) {
  if (port.size() > 5) return false;
  unsigned value = 0;
  for (char c : port) {
    if (!ascii::is_digit(c)) return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 65535;
}

// reg-name (RFC 3986 3.2.2) without escapes: one may not hide what would not be allowed plainly.
constexpr std::array<bool, 256> kNameChar = [] {
  std::array<bool, 256> t{};
  for (unsigned c = 0; c < 128; ++c) {
    t[c] = ascii::is_alpha(static_cast<char>(c)) || ascii::is_digit(static_cast<char>(c));
  }
  for (char c : std::string_view("-._~!$&'()*+,;=")) t[static_cast<unsigned char>(c)] = true;
  return t;
}();

bool good_name(std::string_view name) {
  for (char c : name) {
    if (!kNameChar[static_cast<unsigned char>(c)]) return false;
  }
  return !name.empty() && name != ".";
}

// Four numbers below 256 without leading zeros.
bool good_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 4 && ascii::is_digit(text[digits])) {
      value = value * 10 + static_cast<unsigned>(text[digits++] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
    if (part == 3) break;
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

// Eight groups, or fewer and one "::"; the last two may be written as IPv4 (RFC 3986 3.2.2).
bool good_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = text.starts_with("::");
  if (gap) text.remove_prefix(2);
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && ascii::hex_value(text[digits]) >= 0) ++digits;
    if (digits < text.size() && text[digits] == '.') {
      if (!good_ipv4(text)) return false;
      groups += 2;
      break;
    }
    if (digits == 0 || digits > 4) return false;
    ++groups;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (gap) return false;
      gap = true;
      text.remove_prefix(2);
    } else {
      if (text[0] != ':' || text.size() == 1) return false;
      text.remove_prefix(1);
    }
  }
  return gap ? groups <= 7 : groups == 8;
}

}  // namespace

bool split_host(std::string_view host, std::string_view& name) {
  if (!host.empty() && host[0] == '[') {
    const auto end = host.find(']');
    if (end == std::string_view::npos || !good_ipv6(host.substr(1, end - 1))) return false;
    name = host.substr(0, end + 1);
    const std::string_view rest = host.substr(end + 1);
    return rest.empty() || (rest[0] == ':' && good_port(rest.substr(1)));
  }
  const auto colon = host.find(':');
  name = host.substr(0, colon);
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view{} : host.substr(colon + 1);
  if (!good_name(name) || !good_port(port)) return false;
  if (name.back() == '.') name.remove_suffix(1);
  return true;
}

}  // namespace gatehouse::http

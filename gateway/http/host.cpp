#include "http/host.h"

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

bool good_name(std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (ascii::is_alpha(c) || ascii::is_digit(c)) continue;
    if (std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos) continue;
    // An escape may not hide what would not be allowed plainly.
    return false;
  }
  return true;
}

bool good_literal(std::string_view inside) {
  if (inside.size() < 2) return false;
  bool colon = false;
  for (char c : inside) {
    colon = colon || c == ':';
    if (ascii::hex_value(c) < 0 && c != ':' && c != '.') return false;
  }
  return colon;
}

}  // namespace

bool split_host(std::string_view host, std::string_view& name) {
  std::string_view port;
  if (!host.empty() && host[0] == '[') {
    const auto end = host.find(']');
    if (end == std::string_view::npos || !good_literal(host.substr(1, end - 1))) return false;
    name = host.substr(0, end + 1);
    const std::string_view rest = host.substr(end + 1);
    if (rest.empty()) return true;
    return rest[0] == ':' && good_port(rest.substr(1));
  }
  const auto colon = host.find(':');
  name = host.substr(0, colon);
  if (colon != std::string_view::npos) port = host.substr(colon + 1);
  if (!good_name(name) || !good_port(port)) return false;
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  return true;
}

}  // namespace gatehouse::http

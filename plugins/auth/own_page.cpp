#include "own_page.h"

#include <algorithm>

#include "ascii.h"

namespace auth {
namespace {

// The value of a field that is there once; nothing: none, or nobody knows which.
std::string_view only(std::span<const Line> headers, std::string_view name) {
  std::string_view value;
  std::size_t count = 0;
  for (const Line& line : headers) {
    if (!equals(line.name, name)) continue;
    value = line.value;
    ++count;
  }
  return count == 1 ? value : std::string_view{};
}

bool has(std::span<const Line> headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const Line& line) { return equals(line.name, name); });
}

std::string_view without_port_of(std::string_view scheme, std::string_view host) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

bool is_of(std::string_view origin, std::string_view scheme, std::string_view host) {
  const std::size_t colon = origin.find("://");
  if (colon == std::string_view::npos || host.empty() || origin.substr(0, colon) != scheme)
    return false;
  return equals(without_port_of(scheme, origin.substr(colon + 3)), without_port_of(scheme, host));
}

// Scheme and host of a URL, with its port.
std::string_view origin_of(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  return url.substr(0, url.find_first_of("/?#", colon + 3));
}

}  // namespace

bool needs_own_page(std::string_view method, bool is_upgrade) {
  return is_upgrade ||
         (method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "TRACE");
}

bool is_own_page(std::span<const Line> headers, std::string_view scheme, std::string_view host,
                 std::span<const std::string> origins) {
  const std::string_view site = only(headers, "Sec-Fetch-Site");
  if (site == "same-origin" || site == "none") return true;
  const std::string_view asks =
      has(headers, "Origin") ? only(headers, "Origin") : origin_of(only(headers, "Referer"));
  return is_of(asks, scheme, host) ||
         std::any_of(origins.begin(), origins.end(),
                     [&](const std::string& origin) { return origin == asks; });
}

bool is_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || (scheme != "https" && scheme != "http")) return false;
  const std::string_view host = text.substr(colon + 3);
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return (is_alnum(c) && lower(c) == c) ||
           std::string_view("-.:[]").find(c) != std::string_view::npos;
  });
  return plain && !host.empty() && without_port_of(scheme, host) == host;
}

}  // namespace auth

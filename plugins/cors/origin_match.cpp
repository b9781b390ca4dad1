#include "origin_match.h"

#include <algorithm>

namespace cors {
namespace {

constexpr bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Parts of a name with dots between, none of them empty: what may stand at the place of the star.
bool is_name(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !is_lower_or_digit(c) && c != '-' && c != '_') return false;
    before = c;
  }
  return before != '.';
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t end_of_scheme(std::string_view origin) {
  const std::size_t at = origin.find("://");
  return at == std::string_view::npos ? 0 : at + 3;
}

}  // namespace

OriginMatch::OriginMatch(std::span<const std::string> origins) {
  for (const auto& origin : origins) {
    const std::size_t star = origin.find('*');
    if (origin == "*") {
      any_ = true;
    } else if (star == std::string::npos) {
      exact_.push_back(origin);
    } else {
      wildcards_.push_back({origin.substr(0, star), origin.substr(star + 1)});
    }
  }
}

bool OriginMatch::has(std::string_view origin) const {
  if (any_ || std::find(exact_.begin(), exact_.end(), origin) != exact_.end()) return true;
  return std::any_of(wildcards_.begin(), wildcards_.end(), [&](const Wildcard& wildcard) {
    if (origin.size() <= wildcard.scheme.size() + wildcard.rest.size() ||
        !origin.starts_with(wildcard.scheme) || !origin.ends_with(wildcard.rest)) {
      return false;
    }
    return is_name(origin.substr(wildcard.scheme.size(),
                                 origin.size() - wildcard.scheme.size() - wildcard.rest.size()));
  });
}

std::string_view wrong_with(std::string_view origin) {
  if (origin == "*" || origin == "null") return {};
  const std::size_t begin = end_of_scheme(origin);
  if (begin == 0 ||
      !std::all_of(
          origin.begin(), origin.begin() + static_cast<std::ptrdiff_t>(begin) - 3,
          [](char c) { return is_lower_or_digit(c) || c == '+' || c == '-' || c == '.'; })) {
    return "an origin begins with its scheme, in lower case: https://";
  }
  std::string_view host = origin.substr(begin);
  if (host.starts_with('[')) return {};  // an IPv6 address
  if (host.starts_with("*.")) host.remove_prefix(2);
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) {
    return "behind the colon stands no port";
  }
  const std::string_view port = colon == std::string_view::npos ? "" : host.substr(colon);
  if ((origin.starts_with("https://") && port == ":443") ||
      (origin.starts_with("http://") && port == ":80")) {
    return "browsers leave out the port that the scheme has anyway";
  }
  if (!is_name(host.substr(0, colon))) {
    return "an origin is scheme, name in lower case and port, without a path; * stands for the "
           "first parts of a name";
  }
  return {};
}

}  // namespace cors

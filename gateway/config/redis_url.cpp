#include "config/redis_url.h"

#include "base/ascii.h"
#include "config/scalar.h"

namespace gatehouse::config {
namespace {

bool unescape(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? ascii::hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? ascii::hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

// What stands before '@' is taken off `rest`.
bool take_credentials(std::string_view& rest, std::size_t end, RedisUrl& out) {
  const std::size_t at = rest.substr(0, end).rfind('@');
  if (at == std::string_view::npos) return true;
  const std::string_view both = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const std::size_t colon = both.find(':');
  if (colon == std::string_view::npos) return unescape(both, out.user);
  return unescape(both.substr(0, colon), out.user) &&
         unescape(both.substr(colon + 1), out.password);
}

bool read_database(std::string_view text, RedisUrl& out) {
  constexpr std::uint64_t kMost = 1'000'000;
  const auto number = parse_integer(text);
  if (!number || *number > kMost) return false;
  out.database = static_cast<std::uint32_t>(*number);
  return true;
}

std::optional<RedisUrl> of_socket(std::string_view rest) {
  RedisUrl out;
  const std::size_t question = rest.find('?');
  const std::string_view query =
      question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  rest = rest.substr(0, question);
  if (!take_credentials(rest, rest.find('/'), out) || !rest.starts_with('/')) return std::nullopt;
  out.address = "unix:" + std::string(rest);
  if (!parse_endpoint(out.address)) return std::nullopt;
  if (query.empty()) return out;
  if (!query.starts_with("db=") || !read_database(query.substr(3), out)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<RedisUrl> parse_redis_url(std::string_view text) {
  constexpr std::string_view kTcp = "redis://";
  constexpr std::string_view kUnix = "unix://";
  if (text.starts_with(kUnix)) return of_socket(text.substr(kUnix.size()));
  if (!text.starts_with(kTcp)) return std::nullopt;
  std::string_view rest = text.substr(kTcp.size());
  RedisUrl out;
  if (!take_credentials(rest, rest.find('/'), out)) return std::nullopt;
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos && slash + 1 < rest.size() &&
      !read_database(rest.substr(slash + 1), out))
    return std::nullopt;
  rest = rest.substr(0, slash);
  const bool has_port = rest.rfind(':') != std::string_view::npos && !rest.ends_with(']');
  out.address = std::string(rest) + (has_port ? "" : ":6379");
  const auto endpoint = parse_endpoint(out.address);
  const bool reachable = endpoint && endpoint->port != 0 && !endpoint->host.empty();
  return reachable ? std::optional(out) : std::nullopt;
}

}  // namespace gatehouse::config

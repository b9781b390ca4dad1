#include "config.h"

#include <charconv>

namespace rate_limit {

std::optional<Rate> parse_rate(std::string_view text) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  struct Unit {
    std::string_view word;
    std::uint64_t seconds;
  };
  constexpr Unit kUnits[] = {{"/s", 1}, {"/min", 60}, {"/hour", 3600}, {"/day", 86'400}};
  Rate out;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out.count);
  if (read.ec != std::errc() || out.count == 0 || out.count > kMost) return std::nullopt;
  const std::string_view unit(read.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  for (const auto& known : kUnits) {
    if (known.word == unit) out.seconds = known.seconds;
  }
  return out.seconds == 0 ? std::nullopt : std::optional(out);
}

std::optional<Key> parse_key(std::string_view text) {
  constexpr std::string_view kWords[] = {"client_ip", "user", "route", "header", "claim", "value"};
  const std::size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  const std::string_view name =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (kWords[i] != word) continue;
    const auto kind = static_cast<Key::Kind>(i);
    const bool named = kind >= Key::Kind::header;
    if (named ? name.empty() : colon != std::string_view::npos) return std::nullopt;
    return Key{kind, name};
  }
  return std::nullopt;
}

Gcra limit_of(const Config& config) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const Rate rate = parse_rate(config.rate).value();
  return Gcra::of(rate.count, static_cast<std::int64_t>(rate.seconds) * kSecond,
                  config.burst == 0 ? rate.count : config.burst);
}

void check(const Config& config, gatehouse::Problems& problems) {
  if (!parse_key(config.key)) {
    problems.error("key", "client_ip, user, route, header:NAME, claim:NAME or value:NAME",
                   "client_ip");
  }
  if (!parse_rate(config.rate))
    problems.error("rate", "a rate is N/s, N/min, N/hour or N/day", "10/min");
}

}  // namespace rate_limit

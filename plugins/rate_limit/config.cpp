#include "config.h"

#include <algorithm>
#include <charconv>
#include <gatehouse/head.hpp>

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
  constexpr std::size_t kLongestName = 128;
  constexpr std::string_view kWords[] = {"client_ip", "user", "route", "header", "claim", "value"};
  const std::size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  const std::string_view name =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (kWords[i] != word) continue;
    const auto kind = static_cast<Key::Kind>(i);
    const bool named = kind >= Key::Kind::header;
    // The name stands in fields of the answer.
    const bool visible =
        name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
          return c >= ' ' && c <= '~' && c != '"' && c != '\\';
        });
    if (kind == Key::Kind::header && !gatehouse::is_field_name(name)) return std::nullopt;
    if (!visible || (named ? name.empty() : colon != std::string_view::npos)) return std::nullopt;
    return Key{kind, name};
  }
  return std::nullopt;
}

std::uint64_t burst_of(const Config& config) {
  return config.burst == 0 ? parse_rate(config.rate).value().count : config.burst;
}

Limit limit_of(const Config& config) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const Rate rate = parse_rate(config.rate).value();
  const std::int64_t period = static_cast<std::int64_t>(rate.seconds) * kSecond;
  if (config.algorithm == Algorithm::sliding_window) return SlidingWindow::of(rate.count, period);
  return Gcra::of(rate.count, period, burst_of(config));
}

namespace {

// Between two requests in a store there is at least its clock's microsecond.
constexpr std::uint64_t kMostPerSecond = 1'000'000;
// In nanoseconds it is a third of what a state can hold.
constexpr std::uint64_t kCentury = 100ULL * 365 * 86'400;

void check_rate(const Config& config, gatehouse::Problems& problems) {
  const auto rate = parse_rate(config.rate);
  if (!rate) return problems.error("rate", "a rate is N/s, N/min, N/hour or N/day", "10/min");
  if (config.algorithm == Algorithm::sliding_window) {
    if (rate->count > SlidingWindow::kMost)
      problems.error("rate", "a sliding window counts to 100000", "algorithm: gcra counts on");
    if (config.burst != 0)
      problems.error("burst", "a sliding window has no burst: all of its rate may come at once",
                     "leave it out");
  }
  if (config.burst != 0 && config.burst * rate->seconds / rate->count > kCentury)
    problems.error("burst", "at this rate it would be there again after more than a hundred years",
                   std::to_string(kCentury * rate->count / rate->seconds));
  if (!config.store.name.empty() && rate->count > kMostPerSecond * rate->seconds)
    problems.error("rate", "in a store at most 1000000/s", {});
}

}  // namespace

void check(const Config& config, gatehouse::Problems& problems) {
  const auto key = parse_key(config.key);
  if (!key) {
    problems.error("key", "client_ip, user, route, header:NAME, claim:NAME or value:NAME",
                   "client_ip");
  }
  if (!config.rate.empty()) {
    check_rate(config, problems);
  } else if (config.concurrency == 0) {
    problems.error("", "a limit is a rate, a concurrency, or both", "rate: 10/min");
  } else if (config.burst != 0) {
    problems.error("burst", "a burst belongs to a rate", "rate: 10/min");
  }
  if (config.concurrency != 0 && !config.store.name.empty())
    problems.error("concurrency",
                   "each gateway counts by itself what is under way: a store cannot know that a "
                   "gateway has died",
                   "a second rate_limit without `store`");
}

}  // namespace rate_limit

#include "freshness.h"

#include <algorithm>
#include <charconv>

#include "ascii.h"

namespace auth {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// delta-seconds (RFC 9111 1.2.2); what is too large is a year.
std::optional<seconds> seconds_in(std::string_view text) {
  constexpr seconds kYear{365 * 86'400};
  if (text.starts_with('"') && text.ends_with('"') && text.size() > 1) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return kYear;
  }
  return std::min(seconds(number), kYear);
}

milliseconds part_of(milliseconds whole, double share) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

}  // namespace

std::optional<seconds> freshness_of(std::string_view cache_control, std::string_view age) {
  std::optional<seconds> out;
  while (!cache_control.empty()) {
    const std::size_t end = std::min(cache_control.find(','), cache_control.size());
    const std::string_view directive = trimmed(cache_control.substr(0, end));
    cache_control.remove_prefix(std::min(end + 1, cache_control.size()));
    const std::string_view name = directive.substr(0, directive.find('='));
    if (equals(name, "no-store") || equals(name, "no-cache")) return seconds(0);
    if (!equals(name, "max-age") || name.size() == directive.size()) continue;
    out = seconds_in(directive.substr(name.size() + 1));
  }
  if (out) out = std::max(seconds(0), *out - seconds_in(trimmed(age)).value_or(seconds(0)));
  return out;
}

void KeySchedule::fetched(Clock::time_point now, std::optional<seconds> fresh, double jitter) {
  const milliseconds said = fresh ? milliseconds(*fresh) : rules_.most;
  const milliseconds life = std::max(rules_.least, std::min(said, rules_.most));
  due_ = now + part_of(life, 0.8 * (1 - jitter / 10));
  dead_ = now + rules_.stale;
  failures_ = 0;
}

void KeySchedule::failed(Clock::time_point now, double jitter) {
  constexpr milliseconds kFirst{5'000};
  constexpr milliseconds kLongest{60'000};
  const milliseconds pause = std::min(kFirst * (1U << std::min(failures_++, 4U)), kLongest);
  due_ = now + part_of(pause, 1 - jitter / 10);
}

bool KeySchedule::ask(Clock::time_point now) {
  if (asked_ && now < *asked_ + kCoolDown) return false;
  asked_ = now;
  due_ = now;
  return true;
}

}  // namespace auth

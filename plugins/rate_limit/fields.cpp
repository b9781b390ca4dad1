#include "fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace rate_limit {
namespace {

std::int64_t seconds(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return std::max<std::int64_t>((nanoseconds + kSecond - 1) / kSecond, 1);
}

template <typename Number>
void append(std::string_view before, Number number, std::string& to) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number);
  to.append(before).append(digits.begin(), end.ptr);
}

// Of two items the second is behind a comma.
void append_name(const Config& config, std::string_view more, std::string& to) {
  if (!to.empty()) to += ", ";
  to.append("\"").append(config.key).append(more).append("\"");
}

}  // namespace

std::string seconds_until(std::int64_t nanoseconds) { return std::to_string(seconds(nanoseconds)); }

std::string policy_text(const Config& config) {
  std::string out;
  if (!config.rate.empty()) {
    const Rate rate = *parse_rate(config.rate);
    append_name(config, "", out);
    append(";q=", rate.count, out);
    append(";w=", rate.seconds, out);
  }
  if (config.concurrency != 0) {
    append_name(config, " at once", out);
    append(";q=", config.concurrency, out);
    out += ";qu=\"concurrent-requests\"";
  }
  return out;
}

Items::Items(const Config& config) : concurrency_(config.concurrency) {
  append_name(config, "", rate_);
  append_name(config, " at once", at_once_);
  for (auto* item : {&rate_, &at_once_}) *item += ";r=";
}

void Items::append_rate(const Decision& decision, std::string& to) const {
  append(rate_, decision.remaining, to);
  append(";t=", seconds(decision.reset), to);
}

void Items::append_concurrency(std::uint32_t under_way, std::string& to) const {
  if (!to.empty()) to += ", ";
  append(at_once_, concurrency_ - std::min(concurrency_, under_way), to);
}

}  // namespace rate_limit

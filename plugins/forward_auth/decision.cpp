#include "decision.h"

#include <algorithm>
#include <charconv>
#include <gatehouse/negotiation.hpp>

namespace forward_auth {

using std::chrono::seconds;

Kind kind_of(std::uint32_t status) {
  if (status / 100 == 2) return Kind::allow;
  const bool redirect =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  return redirect || status == 401 || status == 403 ? Kind::refuse : Kind::failed;
}

seconds lifetime(Kind kind, std::string_view cache_control, bool sets_cookie, seconds cap) {
  constexpr seconds kRefusal{5};
  seconds out{0};
  bool may = kind != Kind::failed && !sets_cookie;
  gatehouse::each_item(cache_control, [&](std::string_view item) {
    const std::size_t equals = item.find('=');
    const std::string_view word = gatehouse::detail::trimmed(item.substr(0, equals));
    for (const std::string_view never : {"private", "no-store", "no-cache"}) {
      if (gatehouse::detail::same_word(word, never)) may = false;
    }
    if (!gatehouse::detail::same_word(word, "max-age") || equals == std::string_view::npos) return;
    const std::string_view digits = item.substr(equals + 1);
    std::uint32_t age = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), age);
    if (error != std::errc() || end != digits.data() + digits.size()) may = false;
    out = seconds(age);
  });
  if (!may) return seconds(0);
  return std::min({out, cap, kind == Kind::refuse ? kRefusal : cap});
}

const Decision* Decisions::find(const Key& key, std::int64_t now_us) {
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return nullptr;
  if (at->second.until_us > now_us) return &at->second.decision;
  drop(key);
  return nullptr;
}

void Decisions::add(const Key& key, Decision decision, std::int64_t until_us) {
  if (most_ == 0) return;
  drop(key);
  while (by_key_.size() >= most_) {
    const Key oldest = order_.front();
    drop(oldest);
  }
  order_.push_back(key);
  by_key_.emplace(key, Entry{std::move(decision), until_us, std::prev(order_.end())});
}

void Decisions::drop(const Key& key) {
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return;
  order_.erase(at->second.place);
  by_key_.erase(at);
}

}  // namespace forward_auth

#include "routing/glob_relation.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kMostSteps = 20'000;  // of one proof; patterns of 128 bytes take some hundred
constexpr char kFresh = '\0';               // a byte that stands in neither pattern

constexpr bool special(char c) { return c == kAny || c == kOne; }

std::size_t literal_prefix(std::string_view pattern) {
  const auto at = std::find_if(pattern.begin(), pattern.end(), special);
  return static_cast<std::size_t>(at - pattern.begin());
}

// The places in a pattern at which a match may stand, a bit for each.
class Places {
 public:
  explicit Places(std::size_t size) : words_(size / 64 + 1) {}
  void set(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << i % 64; }
  [[nodiscard]] bool has(std::size_t i) const { return (words_[i / 64] >> i % 64 & 1) != 0; }
  [[nodiscard]] bool none() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
  }
  [[nodiscard]] bool within(const Places& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if ((words_[i] & ~other.words_[i]) != 0) return false;
    }
    return true;
  }

 private:
  std::vector<std::uint64_t> words_;
};

// Walks through `narrow` with every place at which `wide` could stand.  What a wildcard of `narrow`
// takes is a byte that `wide` does not name: if any text shows that `wide` does not cover, then one
// of those does.
class Proof {
 public:
  Proof(std::string_view wide, std::string_view narrow)
      : wide_(wide), narrow_(narrow), seen_(narrow.size() + 1) {}

  bool holds() {
    Places start(wide_.size());
    enter(start, 0);
    push(0, std::move(start));
    for (std::size_t steps = 0; !open_.empty(); ++steps) {
      if (steps == kMostSteps) return false;
      auto [at, places] = std::move(open_.back());
      open_.pop_back();
      if (places.none()) return false;
      if (at == narrow_.size()) {
        if (!places.has(wide_.size())) return false;
        continue;
      }
      const char c = narrow_[at];
      if (c != kAny) {
        push(at + 1, after(places, c == kOne ? kFresh : c));
        continue;
      }
      push(at, after(places, kFresh));
      push(at + 1, std::move(places));
    }
    return true;
  }

 private:
  void enter(Places& places, std::size_t at) const {
    places.set(at);
    if (at < wide_.size() && wide_[at] == kAny) enter(places, at + 1);
  }

  [[nodiscard]] Places after(const Places& places, char c) const {
    Places out(wide_.size());
    for (std::size_t i = 0; i < wide_.size(); ++i) {
      if (!places.has(i)) continue;
      if (wide_[i] == kAny) {
        enter(out, i);
      } else if (wide_[i] == kOne || wide_[i] == c) {
        enter(out, i + 1);
      }
    }
    return out;
  }

  void push(std::size_t at, Places places) {
    // A star at the end takes whatever comes.
    if (wide_.ends_with(kAny) && places.has(wide_.size() - 1)) return;
    // With more places to stand at, less can go wrong.
    for (const auto& before : seen_[at]) {
      if (before.within(places)) return;
    }
    seen_[at].push_back(places);
    open_.emplace_back(at, std::move(places));
  }

  std::string_view wide_;
  std::string_view narrow_;
  std::vector<std::vector<Places>> seen_;
  std::vector<std::pair<std::size_t, Places>> open_;
};

// What both patterns say in plain letters at one end agrees, as far as `wide` says it.
bool ends_agree(std::string_view wide, std::string_view narrow) {
  const std::size_t begin = literal_prefix(wide);
  if (narrow.substr(0, begin) != wide.substr(0, begin)) return false;
  std::size_t end = 0;
  while (end < wide.size() && !special(wide[wide.size() - 1 - end])) ++end;
  return narrow.size() >= end &&
         narrow.substr(narrow.size() - end) == wide.substr(wide.size() - end);
}

}  // namespace

bool glob_covers(std::string_view wide, std::string_view narrow) {
  if (wide == std::string_view(&kAny, 1) || wide == narrow) return true;
  if (literal_prefix(narrow) == narrow.size()) return glob_matches(wide, narrow);
  if (literal_prefix(wide) == wide.size() || !ends_agree(wide, narrow)) return false;
  return Proof(wide, narrow).holds();
}

bool path_glob_covers(std::string_view wide, std::string_view narrow) {
  while (true) {
    if (narrow.empty() || !special(narrow[0])) return glob_covers(wide, narrow);
    std::string begins = "/";
    if (narrow[0] == kOne) return glob_covers(wide, begins.append(narrow.substr(1)));
    if (!glob_covers(wide, begins.append(narrow))) return false;
    // What the star may leave out, if the rest can begin a path.
    narrow.remove_prefix(1);
    if (narrow.empty() || (!special(narrow[0]) && narrow[0] != '/')) return true;
  }
}

std::optional<std::string> common_text(std::string_view a, std::string_view b, char filler) {
  struct Came {
    std::size_t from = SIZE_MAX;
    char with = kFresh;  // kFresh: without a byte
  };
  const std::size_t width = b.size() + 1;
  std::vector<Came> came((a.size() + 1) * width);
  std::vector<std::size_t> now = {0};
  std::vector<std::size_t> next;
  came[0].from = 0;
  const std::size_t end = came.size() - 1;
  while (!now.empty() && came[end].from == SIZE_MAX) {
    next.clear();
    for (std::size_t n = 0; n < now.size(); ++n) {
      const std::size_t here = now[n];
      const char x = here / width < a.size() ? a[here / width] : kFresh;
      const char y = here % width < b.size() ? b[here % width] : kFresh;
      const auto go = [&](std::size_t to, char with, std::vector<std::size_t>& list) {
        if (came[to].from != SIZE_MAX) return;
        came[to] = {here, with};
        list.push_back(to);
      };
      if (x == kAny) go(here + width, kFresh, now);
      if (y == kAny) go(here + 1, kFresh, now);
      if (x == kFresh || y == kFresh) continue;
      if (!special(x) && !special(y) && x != y) continue;
      const std::size_t to = here + (x == kAny ? 0 : width) + (y == kAny ? 0 : 1);
      go(to, !special(x) ? x : !special(y) ? y : filler, next);
    }
    now.swap(next);
  }
  if (came[end].from == SIZE_MAX) return std::nullopt;
  std::string out;
  for (std::size_t at = end; at != 0; at = came[at].from) {
    if (came[at].with != kFresh) out += came[at].with;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace gatehouse::routing

// Sorted sets of the store.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "rehearsal/redis_double.h"
#include "rehearsal/redis_wire.h"

namespace gatehouse::rehearsal {
namespace {

using Scored = std::pair<std::string, double>;

double score_of(const std::string& word) {
  char* end = nullptr;
  const double out = std::strtod(word.c_str(), &end);
  if (word.empty() || *end != '\0' || std::isnan(out))
    throw Refused("ERR value is not a valid float");
  return out;
}

std::string written(double score) {
  if (std::isinf(score)) return score > 0 ? "inf" : "-inf";
  char out[40];
  std::snprintf(out, sizeof out,
                score == std::floor(score) && std::abs(score) < 1e17 ? "%.0f" : "%.17g", score);
  return out;
}

// "5", "(5" (without it), "-inf", "+inf"
struct Bound {
  double score;
  bool open;
};
Bound bound_of(const std::string& word) {
  if (word.starts_with('(')) return {score_of(word.substr(1)), true};
  return {score_of(word), false};
}
bool within(double score, const Bound& least, const Bound& most) {
  return (least.open ? score > least.score : score >= least.score) &&
         (most.open ? score < most.score : score <= most.score);
}

// By score, then by name.
std::vector<Scored> in_order(const std::map<std::string, double>* set) {
  std::vector<Scored> out;
  if (set != nullptr) out.assign(set->begin(), set->end());
  std::stable_sort(out.begin(), out.end(),
                   [](const Scored& a, const Scored& b) { return a.second < b.second; });
  return out;
}

// What stands behind the bounds of a range.
struct Options {
  bool by_score = false;
  bool reverse = false;
  bool with_scores = false;
  std::int64_t offset = 0;
  std::int64_t count = -1;  // below 0: all
};
Options options_of(const std::vector<std::string>& words) {
  Options out;
  for (std::size_t i = 4; i < words.size(); ++i) {
    const std::string word = lower(words[i]);
    if (word == "byscore") {
      out.by_score = true;
    } else if (word == "rev") {
      out.reverse = true;
    } else if (word == "withscores") {
      out.with_scores = true;
    } else if (word == "limit" && i + 2 < words.size()) {
      out.offset = number_of(words[i + 1]);
      out.count = number_of(words[i + 2]);
      i += 2;
    } else {
      throw Refused("ERR syntax error");
    }
  }
  return out;
}

std::string reply(const std::vector<Scored>& items, const Options& options) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i) - options.offset;
    if (at < 0 || (options.count >= 0 && at >= options.count)) continue;
    out.push_back(items[i].first);
    if (options.with_scores) out.push_back(written(items[i].second));
  }
  return list(out);
}

std::string by_score(std::vector<Scored> items, const std::string& from, const std::string& to,
                     const Options& options) {
  const Bound least = bound_of(options.reverse ? to : from);
  const Bound most = bound_of(options.reverse ? from : to);
  std::erase_if(items, [&](const Scored& item) { return !within(item.second, least, most); });
  if (options.reverse) std::reverse(items.begin(), items.end());
  return reply(items, options);
}

}  // namespace

std::string RedisDouble::sorted_add(const Words& words) {
  bool only_new = false;
  bool only_there = false;
  bool greater = false;
  bool less = false;
  bool changed = false;
  const std::map<std::string, bool*> options = {
      {"nx", &only_new}, {"xx", &only_there}, {"gt", &greater}, {"lt", &less}, {"ch", &changed}};
  std::size_t at = 2;
  for (; at < words.size() && options.contains(lower(words[at])); ++at)
    *options.at(lower(words[at])) = true;
  if (at == words.size() || (words.size() - at) % 2 != 0) throw Refused("ERR syntax error");
  auto& set = make<Sorted>(words[1]);
  std::int64_t count = 0;
  for (; at + 1 < words.size(); at += 2) {
    const double score = score_of(words[at]);
    const auto there = set.find(words[at + 1]);
    if (there == set.end()) {
      if (only_there) continue;
      set.emplace(words[at + 1], score);
      ++count;
      continue;
    }
    const bool kept =
        only_new || (greater && score <= there->second) || (less && score >= there->second);
    if (kept) continue;
    count += changed && there->second != score ? 1 : 0;
    there->second = score;
  }
  return integer(count);
}

std::string RedisDouble::sorted_score(const Words& words) {
  const auto* set = get<Sorted>(words[1]);
  if (set == nullptr) return kNil;
  const auto at = set->find(words[2]);
  return at == set->end() ? kNil : text(written(at->second));
}

std::string RedisDouble::sorted_increase(const Words& words) {
  const double by = score_of(words[2]);
  return text(written(make<Sorted>(words[1])[words[3]] += by));
}

std::string RedisDouble::sorted_range(const Words& words) {
  const Options options = options_of(words);
  std::vector<Scored> items = in_order(get<Sorted>(words[1]));
  if (options.by_score) return by_score(std::move(items), words[2], words[3], options);
  if (options.reverse) std::reverse(items.begin(), items.end());
  const auto size = static_cast<std::int64_t>(items.size());
  const auto place = [&](const std::string& word) {
    const std::int64_t at = number_of(word);
    return at < 0 ? at + size : at;
  };
  std::vector<Scored> out;
  const std::int64_t last = std::min(place(words[3]), size - 1);
  for (std::int64_t i = std::max<std::int64_t>(place(words[2]), 0); i <= last; ++i)
    out.push_back(items[static_cast<std::size_t>(i)]);
  return reply(out, options);
}

std::string RedisDouble::sorted_range_by_score(const Words& words) {
  return by_score(in_order(get<Sorted>(words[1])), words[2], words[3], options_of(words));
}

std::string RedisDouble::sorted_size(const Words& words) {
  const auto* set = get<Sorted>(words[1]);
  return integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
}

std::string RedisDouble::sorted_count(const Words& words) {
  const Bound least = bound_of(words[2]);
  const Bound most = bound_of(words[3]);
  const auto items = in_order(get<Sorted>(words[1]));
  return integer(std::count_if(items.begin(), items.end(), [&](const Scored& item) {
    return within(item.second, least, most);
  }));
}

std::string RedisDouble::sorted_rank(const Words& words) {
  const auto items = in_order(get<Sorted>(words[1]));
  const auto at = std::find_if(items.begin(), items.end(),
                               [&](const Scored& item) { return item.first == words[2]; });
  return at == items.end() ? kNil : integer(at - items.begin());
}

std::string RedisDouble::sorted_remove_by_score(const Words& words) {
  auto* set = get<Sorted>(words[1]);
  if (set == nullptr) return integer(0);
  const Bound least = bound_of(words[2]);
  const Bound most = bound_of(words[3]);
  return integer(static_cast<std::int64_t>(
      std::erase_if(*set, [&](const auto& item) { return within(item.second, least, most); })));
}

}  // namespace gatehouse::rehearsal

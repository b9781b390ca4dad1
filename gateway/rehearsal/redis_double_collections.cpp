// Hashes, sets and lists of the store.
#include <algorithm>

#include "rehearsal/redis_double.h"
#include "rehearsal/redis_wire.h"

namespace gatehouse::rehearsal {

std::string RedisDouble::hash_get(const Words& words) {
  const auto* hash = get<Hash>(words[1]);
  if (hash == nullptr) return kNil;
  const auto at = hash->find(words[2]);
  return at == hash->end() ? kNil : text(at->second);
}

std::string RedisDouble::hash_get_several(const Words& words) {
  std::string out = '*' + std::to_string(words.size() - 2) + "\r\n";
  for (std::size_t i = 2; i < words.size(); ++i) out += hash_get({"hget", words[1], words[i]});
  return out;
}

std::string RedisDouble::hash_set(const Words& words) {
  auto& hash = make<Hash>(words[1]);
  std::int64_t fresh = 0;
  for (std::size_t i = 2; i + 1 < words.size(); i += 2)
    fresh += hash.insert_or_assign(words[i], words[i + 1]).second ? 1 : 0;
  return integer(fresh);
}

std::string RedisDouble::hash_all(const Words& words) {
  List out;
  if (const auto* hash = get<Hash>(words[1])) {
    for (const auto& [field, value] : *hash) out.insert(out.end(), {field, value});
  }
  return list(out);
}

std::string RedisDouble::hash_add(const Words& words) {
  auto& value = make<Hash>(words[1])[words[2]];
  const std::int64_t next = (value.empty() ? 0 : number_of(value)) + number_of(words[3]);
  value = std::to_string(next);
  return integer(next);
}

std::string RedisDouble::set_add(const Words& words) {
  auto& set = make<Set>(words[1]);
  std::int64_t fresh = 0;
  for (std::size_t i = 2; i < words.size(); ++i) fresh += set.insert(words[i]).second ? 1 : 0;
  return integer(fresh);
}

std::string RedisDouble::set_all(const Words& words) {
  const auto* set = get<Set>(words[1]);
  return set == nullptr ? list(Set{}) : list(*set);
}

std::string RedisDouble::set_size(const Words& words) {
  const auto* set = get<Set>(words[1]);
  return integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
}

std::string RedisDouble::list_push(const Words& words) {
  auto& items = make<List>(words[1]);
  const bool left = lower(words[0]) == "lpush";
  for (std::size_t i = 2; i < words.size(); ++i)
    items.insert(left ? items.begin() : items.end(), words[i]);
  return integer(static_cast<std::int64_t>(items.size()));
}

std::string RedisDouble::list_pop(const Words& words) {
  auto* items = get<List>(words[1]);
  if (items == nullptr || items->empty()) return kNil;
  const auto at = lower(words[0]) == "lpop" ? items->begin() : items->end() - 1;
  std::string out = text(*at);
  items->erase(at);
  return out;
}

std::string RedisDouble::list_size(const Words& words) {
  const auto* items = get<List>(words[1]);
  return integer(items == nullptr ? 0 : static_cast<std::int64_t>(items->size()));
}

namespace {

// The part of a list from `first` to `last`, which count from its end if they are below 0; empty:
// begin is end.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};
Part part_of(std::size_t items, const std::string& first, const std::string& last) {
  const auto size = static_cast<std::int64_t>(items);
  const auto place = [&](const std::string& word) {
    const std::int64_t at = number_of(word);
    return at < 0 ? at + size : at;
  };
  const std::int64_t begin = std::max<std::int64_t>(place(first), 0);
  const std::int64_t end = std::min(place(last), size - 1) + 1;
  if (begin >= end) return {};
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
}

}  // namespace

std::string RedisDouble::list_range(const Words& words) {
  const auto* items = get<List>(words[1]);
  if (items == nullptr) return list(List{});
  const auto [begin, end] = part_of(items->size(), words[2], words[3]);
  const auto from = items->begin() + static_cast<std::ptrdiff_t>(begin);
  return list(List(from, from + static_cast<std::ptrdiff_t>(end - begin)));
}

std::string RedisDouble::list_trim(const Words& words) {
  auto* items = get<List>(words[1]);
  if (items == nullptr) return kOk;
  const auto [begin, end] = part_of(items->size(), words[2], words[3]);
  const auto from = items->begin() + static_cast<std::ptrdiff_t>(begin);
  *items = List(from, from + static_cast<std::ptrdiff_t>(end - begin));
  return kOk;
}

std::string RedisDouble::hash_names(const Words& words) {
  List out;
  if (const auto* hash = get<Hash>(words[1])) {
    for (const auto& [field, value] : *hash) out.push_back(field);
  }
  return list(out);
}

std::string RedisDouble::hash_values(const Words& words) {
  List out;
  if (const auto* hash = get<Hash>(words[1])) {
    for (const auto& [field, value] : *hash) out.push_back(value);
  }
  return list(out);
}

std::string RedisDouble::hash_size(const Words& words) {
  const auto* hash = get<Hash>(words[1]);
  return integer(hash == nullptr ? 0 : static_cast<std::int64_t>(hash->size()));
}

}  // namespace gatehouse::rehearsal

// What a Redis would answer: keys in memory, on the rehearsal's clock.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "rehearsal/memory_net.h"
#include "rehearsal/redis_wire.h"

namespace gatehouse::rehearsal {

// Texts, numbers, hashes, sets, sorted sets and lists, with times to live, and scripts: all that a
// policy can ask for.  Another command is answered by an error that names those that it knows; who
// listens to `publish` there is none.
class RedisDouble {
 public:
  explicit RedisDouble(const Clock& clock) : clock_(clock) {}

  // The reply to a command as it goes over the wire (RESP 2).
  [[nodiscard]] std::string answer(const std::vector<std::string>& words);
  // A connection to it.
  [[nodiscard]] std::shared_ptr<FarEnd> connection();
  // In lower case.
  [[nodiscard]] static std::vector<std::string_view> known();

 private:
  using Hash = std::map<std::string, std::string>;
  using Set = std::set<std::string>;
  using List = std::vector<std::string>;
  using Sorted = std::map<std::string, double>;
  struct Entry {
    std::variant<std::string, Hash, Set, List, Sorted> value;
    std::int64_t expires_us = INT64_MAX;
  };
  using Words = std::vector<std::string>;
  using Call = std::string (RedisDouble::*)(const Words&);
  struct Command {
    Call call;
    std::size_t least;  // words, its name included
  };
  static const std::map<std::string_view, Command>& commands();

  Entry* find(const std::string& key);
  // A hash, set or list that has lost its last item is no key any more.
  void drop_empty(const std::string& key);
  // Null: there is none; throws a wrong type.
  template <typename T>
  T* get(const std::string& key) {
    Entry* entry = find(key);
    if (entry == nullptr) return nullptr;
    if (auto* value = std::get_if<T>(&entry->value)) return value;
    throw Refused("WRONGTYPE Operation against a key holding the wrong kind of value");
  }
  // The value of a key that is there or is made; throws a wrong type.
  template <typename T>
  T& make(const std::string& key) {
    if (T* there = get<T>(key)) return *there;
    return std::get<T>(entries_.insert_or_assign(key, Entry{T{}}).first->second.value);
  }
  std::string expire_after(const Words& words, std::int64_t unit_us);
  std::string time_to_live(const Words& words, std::int64_t unit_us);
  std::string add_number(const std::string& key, std::int64_t by);

  std::string ping(const Words&);
  std::string get_text(const Words& words);
  std::string set_text(const Words& words);
  std::string set_if_new(const Words& words);
  std::string set_for(const Words& words);
  std::string get_and_remove(const Words& words);
  std::string append(const Words& words);
  std::string get_several(const Words& words);
  std::string set_several(const Words& words);
  std::string remove(const Words& words);
  std::string exists(const Words& words);
  std::string expire(const Words& words) { return expire_after(words, 1'000'000); }
  std::string expire_ms(const Words& words) { return expire_after(words, 1000); }
  std::string ttl(const Words& words) { return time_to_live(words, 1'000'000); }
  std::string ttl_ms(const Words& words) { return time_to_live(words, 1000); }
  std::string increase(const Words& words) { return add_number(words[1], 1); }
  std::string decrease(const Words& words) { return add_number(words[1], -1); }
  std::string increase_by(const Words& words);
  std::string decrease_by(const Words& words);
  // Of a Hash, a Set or a Sorted.
  template <typename T>
  std::string remove_items(const Words& words);
  template <typename T>
  std::string has_item(const Words& words);
  std::string hash_get(const Words& words);
  std::string hash_get_several(const Words& words);
  std::string hash_set(const Words& words);
  std::string hash_all(const Words& words);
  std::string hash_add(const Words& words);
  std::string set_add(const Words& words);
  std::string set_all(const Words& words);
  std::string set_size(const Words& words);
  std::string list_push(const Words& words);
  std::string list_pop(const Words& words);
  std::string list_size(const Words& words);
  std::string list_range(const Words& words);
  std::string list_trim(const Words& words);
  std::string hash_names(const Words& words);
  std::string hash_values(const Words& words);
  std::string hash_size(const Words& words);

  std::string sorted_add(const Words& words);
  std::string sorted_score(const Words& words);
  std::string sorted_increase(const Words& words);
  std::string sorted_range(const Words& words);
  std::string sorted_range_by_score(const Words& words);
  std::string sorted_size(const Words& words);
  std::string sorted_count(const Words& words);
  std::string sorted_rank(const Words& words);
  std::string sorted_remove_by_score(const Words& words);

  std::string evaluate(const Words& words);
  std::string evaluate_known(const Words& words);
  std::string script(const Words& words);
  std::string run_script(const std::string& text, const Words& words);
  std::string publish(const Words&);
  std::string time(const Words&);
  std::string type(const Words& words);
  std::string persist(const Words& words);

  const Clock& clock_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> scripts_;  // by their SHA-1
};

}  // namespace gatehouse::rehearsal

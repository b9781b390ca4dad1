#include "rehearsal/redis_double.h"

#include "rehearsal/redis_wire.h"

namespace gatehouse::rehearsal {
namespace {

// The words of the command at the front of `in`, which loses it; empty while it is not all there.
std::vector<std::string> take_command(std::string& in) {
  std::size_t at = 0;
  const auto header = [&](char kind) -> std::int64_t {
    const auto end = in.find("\r\n", at);
    if (end == std::string::npos || in[at] != kind) return -1;
    const std::int64_t out = number_of(std::string_view(in).substr(at + 1, end - at - 1));
    at = end + 2;
    return out;
  };
  std::vector<std::string> words;
  const std::int64_t count = header('*');
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t size = header('$');
    if (size < 0 || in.size() < at + static_cast<std::size_t>(size) + 2) return {};
    words.push_back(in.substr(at, static_cast<std::size_t>(size)));
    at += static_cast<std::size_t>(size) + 2;
  }
  in.erase(0, at);
  return words;
}

class RedisConnection final : public FarEnd {
 public:
  explicit RedisConnection(RedisDouble& redis) : redis_(redis) {}
  void on_bytes(std::string& in, bool, std::string& out) override {
    for (auto words = take_command(in); !words.empty(); words = take_command(in))
      out += redis_.answer(words);
  }

 private:
  RedisDouble& redis_;
};

}  // namespace

template <typename T>
std::string RedisDouble::remove_items(const Words& words) {
  auto* from = get<T>(words[1]);
  std::int64_t count = 0;
  for (std::size_t i = 2; from != nullptr && i < words.size(); ++i)
    count += static_cast<std::int64_t>(from->erase(words[i]));
  return integer(count);
}

template <typename T>
std::string RedisDouble::has_item(const Words& words) {
  const auto* in = get<T>(words[1]);
  return integer(in != nullptr && in->contains(words[2]) ? 1 : 0);
}

const std::map<std::string_view, RedisDouble::Command>& RedisDouble::commands() {
  using R = RedisDouble;
  static const std::map<std::string_view, Command> kCommands = {
      {"ping", {&R::ping, 1}},
      {"auth", {&R::ping, 1}},
      {"select", {&R::ping, 1}},
      {"get", {&R::get_text, 2}},
      {"set", {&R::set_text, 3}},
      {"setnx", {&R::set_if_new, 3}},
      {"setex", {&R::set_for, 4}},
      {"getdel", {&R::get_and_remove, 2}},
      {"append", {&R::append, 3}},
      {"mget", {&R::get_several, 2}},
      {"mset", {&R::set_several, 3}},
      {"del", {&R::remove, 2}},
      {"exists", {&R::exists, 2}},
      {"expire", {&R::expire, 3}},
      {"pexpire", {&R::expire_ms, 3}},
      {"ttl", {&R::ttl, 2}},
      {"pttl", {&R::ttl_ms, 2}},
      {"incr", {&R::increase, 2}},
      {"decr", {&R::decrease, 2}},
      {"incrby", {&R::increase_by, 3}},
      {"decrby", {&R::decrease_by, 3}},
      {"hget", {&R::hash_get, 3}},
      {"hmget", {&R::hash_get_several, 3}},
      {"hset", {&R::hash_set, 4}},
      {"hdel", {&R::remove_items<Hash>, 3}},
      {"hgetall", {&R::hash_all, 2}},
      {"hexists", {&R::has_item<Hash>, 3}},
      {"hincrby", {&R::hash_add, 4}},
      {"sadd", {&R::set_add, 3}},
      {"srem", {&R::remove_items<Set>, 3}},
      {"sismember", {&R::has_item<Set>, 3}},
      {"smembers", {&R::set_all, 2}},
      {"scard", {&R::set_size, 2}},
      {"lpush", {&R::list_push, 3}},
      {"rpush", {&R::list_push, 3}},
      {"lpop", {&R::list_pop, 2}},
      {"rpop", {&R::list_pop, 2}},
      {"llen", {&R::list_size, 2}},
      {"lrange", {&R::list_range, 4}},
      {"ltrim", {&R::list_trim, 4}},
      {"hkeys", {&R::hash_names, 2}},
      {"hvals", {&R::hash_values, 2}},
      {"hlen", {&R::hash_size, 2}},
      {"zadd", {&R::sorted_add, 4}},
      {"zrem", {&R::remove_items<Sorted>, 3}},
      {"zscore", {&R::sorted_score, 3}},
      {"zincrby", {&R::sorted_increase, 4}},
      {"zrange", {&R::sorted_range, 4}},
      {"zrangebyscore", {&R::sorted_range_by_score, 4}},
      {"zcard", {&R::sorted_size, 2}},
      {"zcount", {&R::sorted_count, 4}},
      {"zrank", {&R::sorted_rank, 3}},
      {"zremrangebyscore", {&R::sorted_remove_by_score, 4}},
      {"eval", {&R::evaluate, 3}},
      {"evalsha", {&R::evaluate_known, 3}},
      {"script", {&R::script, 2}},
      {"publish", {&R::publish, 3}},
      {"time", {&R::time, 1}},
      {"type", {&R::type, 2}},
      {"persist", {&R::persist, 2}},
  };
  return kCommands;
}

std::string RedisDouble::answer(const Words& words) {
  const std::string name = lower(words.front());
  const auto known = commands().find(name);
  if (known == commands().end()) {
    std::string names;
    for (const auto each : RedisDouble::known())
      names.append(names.empty() ? "" : " ").append(each);
    return "-ERR the Redis of tests has no '" + name + "'; it has " + names + "\r\n";
  }
  if (words.size() < known->second.least)
    return "-ERR wrong number of arguments for '" + name + "' command\r\n";
  try {
    std::string out = (this->*known->second.call)(words);
    if (words.size() > 1) drop_empty(words[1]);
    return out;
  } catch (const Refused& refused) {
    return std::string("-") + refused.what() + "\r\n";
  }
}

std::shared_ptr<FarEnd> RedisDouble::connection() {
  return std::make_shared<RedisConnection>(*this);
}

RedisDouble::Entry* RedisDouble::find(const std::string& key) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) return nullptr;
  if (at->second.expires_us > clock_.wall_us()) return &at->second;
  entries_.erase(at);
  return nullptr;
}

void RedisDouble::drop_empty(const std::string& key) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) return;
  const bool is_empty = std::visit(
      [](const auto& value) {
        return !std::is_same_v<decltype(value), const std::string&> && value.empty();
      },
      at->second.value);
  if (is_empty) entries_.erase(at);
}

std::vector<std::string_view> RedisDouble::known() {
  std::vector<std::string_view> out;
  for (const auto& [name, command] : commands()) out.push_back(name);
  return out;
}

std::string RedisDouble::ping(const Words& words) {
  return lower(words[0]) == "ping" ? "+PONG\r\n" : kOk;
}

std::string RedisDouble::get_text(const Words& words) {
  const auto* value = get<std::string>(words[1]);
  return value == nullptr ? kNil : text(*value);
}

std::string RedisDouble::set_text(const Words& words) {
  Entry entry{words[2]};
  Entry* there = find(words[1]);
  for (std::size_t i = 3; i < words.size(); ++i) {
    const std::string option = lower(words[i]);
    if ((option == "nx" && there != nullptr) || (option == "xx" && there == nullptr)) return kNil;
    if (option == "keepttl" && there != nullptr) entry.expires_us = there->expires_us;
    if ((option != "ex" && option != "px") || i + 1 == words.size()) continue;
    const std::int64_t unit = option == "ex" ? 1'000'000 : 1000;
    entry.expires_us = clock_.wall_us() + number_of(words[++i]) * unit;
  }
  entries_.insert_or_assign(words[1], std::move(entry));
  return kOk;
}

std::string RedisDouble::set_if_new(const Words& words) {
  if (find(words[1]) != nullptr) return integer(0);
  entries_.insert_or_assign(words[1], Entry{words[2]});
  return integer(1);
}

std::string RedisDouble::set_for(const Words& words) {
  return set_text({"set", words[1], words[3], "ex", words[2]});
}

std::string RedisDouble::get_and_remove(const Words& words) {
  std::string out = get_text(words);
  entries_.erase(words[1]);
  return out;
}

std::string RedisDouble::append(const Words& words) {
  auto& value = make<std::string>(words[1]);
  value += words[2];
  return integer(static_cast<std::int64_t>(value.size()));
}

std::string RedisDouble::get_several(const Words& words) {
  std::string out = '*' + std::to_string(words.size() - 1) + "\r\n";
  for (std::size_t i = 1; i < words.size(); ++i) out += get_text({"get", words[i]});
  return out;
}

std::string RedisDouble::set_several(const Words& words) {
  for (std::size_t i = 1; i + 1 < words.size(); i += 2)
    entries_.insert_or_assign(words[i], Entry{words[i + 1]});
  return kOk;
}

std::string RedisDouble::remove(const Words& words) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (find(words[i]) != nullptr) count += static_cast<std::int64_t>(entries_.erase(words[i]));
  }
  return integer(count);
}

std::string RedisDouble::exists(const Words& words) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < words.size(); ++i) count += find(words[i]) != nullptr ? 1 : 0;
  return integer(count);
}

std::string RedisDouble::expire_after(const Words& words, std::int64_t unit_us) {
  Entry* entry = find(words[1]);
  if (entry == nullptr) return integer(0);
  entry->expires_us = clock_.wall_us() + number_of(words[2]) * unit_us;
  return integer(1);
}

std::string RedisDouble::time_to_live(const Words& words, std::int64_t unit_us) {
  const Entry* entry = find(words[1]);
  if (entry == nullptr) return integer(-2);
  if (entry->expires_us == INT64_MAX) return integer(-1);
  return integer((entry->expires_us - clock_.wall_us() + unit_us / 2) / unit_us);
}

std::string RedisDouble::persist(const Words& words) {
  Entry* entry = find(words[1]);
  if (entry == nullptr || entry->expires_us == INT64_MAX) return integer(0);
  entry->expires_us = INT64_MAX;
  return integer(1);
}

std::string RedisDouble::type(const Words& words) {
  constexpr const char* kTypes[] = {"string", "hash", "set", "list", "zset"};
  const Entry* entry = find(words[1]);
  return std::string("+") + (entry == nullptr ? "none" : kTypes[entry->value.index()]) + "\r\n";
}

std::string RedisDouble::time(const Words&) {
  const std::int64_t now = clock_.wall_us();
  return list(List{std::to_string(now / 1'000'000), std::to_string(now % 1'000'000)});
}

std::string RedisDouble::publish(const Words&) { return integer(0); }

std::string RedisDouble::add_number(const std::string& key, std::int64_t by) {
  auto& value = make<std::string>(key);
  const std::int64_t next = (value.empty() ? 0 : number_of(value)) + by;
  value = std::to_string(next);
  return integer(next);
}

std::string RedisDouble::increase_by(const Words& words) {
  return add_number(words[1], number_of(words[2]));
}
std::string RedisDouble::decrease_by(const Words& words) {
  return add_number(words[1], -number_of(words[2]));
}

}  // namespace gatehouse::rehearsal

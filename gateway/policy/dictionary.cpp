#include "policy/dictionary.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::policy {
namespace {

std::size_t size_of(std::string_view key, const Dictionary::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return 100 + key.size() + (text == nullptr ? 0 : text->size());
}

}  // namespace

Dictionary& Dictionary::shared() {
  static Dictionary dictionary;
  return dictionary;
}

Dictionary& Dictionary::limits() {
  static Dictionary dictionary;
  return dictionary;
}

void Dictionary::erase(Part& part, std::string_view key) {
  const auto at = part.entries.find(key);
  if (at == part.entries.end()) return;
  part.bytes -= size_of(key, at->second.value);
  part.entries.erase(at);
}

Dictionary::Entry* Dictionary::find(Part& part, std::string_view key, std::int64_t now) {
  const auto at = part.entries.find(key);
  if (at == part.entries.end()) return nullptr;
  if (at->second.expires > now) return &at->second;
  erase(part, key);
  return nullptr;
}

bool Dictionary::put(Part& part, std::string_view key, Value value, std::int64_t now,
                     std::int64_t expires) {
  erase(part, key);
  const std::size_t size = size_of(key, value);
  if (part.bytes + size > kMostBytes) {
    for (auto at = part.entries.begin(); at != part.entries.end();) {
      if (at->second.expires <= now) {
        part.bytes -= size_of(at->first, at->second.value);
        at = part.entries.erase(at);
      } else {
        ++at;
      }
    }
    if (part.bytes + size > kMostBytes) return false;
  }
  part.bytes += size;
  part.entries.emplace(std::string(key), Entry{std::move(value), expires});
  return true;
}

std::optional<Dictionary::Value> Dictionary::get(std::string_view key, std::int64_t now) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  const Entry* entry = find(part, key, now);
  return entry == nullptr ? std::nullopt : std::optional(entry->value);
}

bool Dictionary::set(std::string_view key, Value value, std::int64_t now, std::int64_t expires) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  return put(part, key, std::move(value), now, expires);
}

Dictionary::Added Dictionary::add(std::string_view key, Value value, std::int64_t now,
                                  std::int64_t expires) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  if (find(part, key, now) != nullptr) return Added::there_is_one;
  return put(part, key, std::move(value), now, expires) ? Added::yes : Added::no_room;
}

std::optional<double> Dictionary::increase(std::string_view key, double by, std::int64_t now,
                                           std::int64_t expires) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  Entry* entry = find(part, key, now);
  if (entry == nullptr) return put(part, key, by, now, expires) ? std::optional(by) : std::nullopt;
  auto* number = std::get_if<double>(&entry->value);
  if (number == nullptr) return std::nullopt;
  return *number += by;
}

Dictionary::Taken Dictionary::take(std::string_view key, double interval, double burst,
                                   std::int64_t now) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  const Entry* entry = find(part, key, now);
  const auto here = static_cast<double>(now);
  // When the bucket will be empty again.
  const double known = entry == nullptr ? here : std::max(std::get<double>(entry->value), here);
  const double next = known + interval;
  const double over = next - here - burst * interval;
  if (over > 0) return {false, over, 0};
  static_cast<void>(put(part, key, next, now, static_cast<std::int64_t>(next) + 1));
  return {true, 0, std::floor(-over / interval + 1e-9)};
}

void Dictionary::remove(std::string_view key) {
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  erase(part, key);
}

void Dictionary::clear() {
  for (Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    part.entries.clear();
    part.bytes = 0;
  }
}

}  // namespace gatehouse::policy

// Credentials that were right a moment ago, so that a page with sixty pictures hashes once.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <unordered_map>

namespace basic_auth {

using Key = std::array<std::uint8_t, 32>;

// Bounded; a full one forgets all of it.  Thread: its worker's.
class Seen {
 public:
  static constexpr std::size_t kMost = 4096;

  [[nodiscard]] bool holds(const Key& key, std::int64_t now_us) const {
    const auto at = until_.find(key);
    return at != until_.end() && at->second > now_us;
  }
  void add(const Key& key, std::int64_t until_us) {
    if (until_.size() >= kMost) until_.clear();
    until_[key] = until_us;
  }

  // Keys whose password is being hashed: others with the same wait for that.
  [[nodiscard]] bool is_under_way(const Key& key) const { return under_way_.contains(key); }
  // Marks a key as such for as long as it lives.
  class Mark {
   public:
    Mark(Seen& seen, const Key& key) : seen_(seen), key_(key) { seen_.under_way_.insert(key_); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    ~Mark() { seen_.under_way_.erase(key_); }

   private:
    Seen& seen_;
    Key key_;
  };

 private:
  struct Hash {
    // It is a keyed digest: any of its bytes are as good.
    std::size_t operator()(const Key& key) const {
      std::size_t out = 0;
      for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | key[i];
      return out;
    }
  };
  std::unordered_map<Key, std::int64_t, Hash> until_;
  std::set<Key> under_way_;
};

}  // namespace basic_auth

// What an authorisation service said, and how long it may be said again.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace forward_auth {

using Key = std::array<std::uint8_t, 32>;  // a digest of everything that was sent
using Line = std::pair<std::string, std::string>;

enum class Kind : std::uint8_t { allow, refuse, failed };

struct Decision {
  Kind kind = Kind::failed;
  std::uint32_t status = 0;
  std::vector<Line> headers;  // allow: those to copy; refuse: those for the client
  std::string body;           // refuse
  std::string content_type;
};

// 2xx allows; 401, 403 and redirects refuse; anything else is no decision.
[[nodiscard]] Kind kind_of(std::uint32_t status);

// How long an answer may be used for the same question again, by its Cache-Control, but at most
// `cap`; refusals at most 5 s.  0: not at all, as without max-age.
[[nodiscard]] std::chrono::seconds lifetime(Kind kind, std::string_view cache_control,
                                            bool sets_cookie, std::chrono::seconds cap);

// Bounded: the one that was added first goes first.  Thread: its worker's.
class Decisions {
 public:
  explicit Decisions(std::size_t most) : most_(most) {}

  // Null: none, or it is too old.
  [[nodiscard]] const Decision* find(const Key& key, std::int64_t now_us);
  void add(const Key& key, Decision decision, std::int64_t until_us);
  [[nodiscard]] std::size_t size() const { return by_key_.size(); }

  // The number of who is asking it; 0: nobody is.
  [[nodiscard]] std::uint64_t asker_of(const Key& key) const {
    const auto at = asked_.find(key);
    return at == asked_.end() ? 0 : at->second;
  }
  // Marks a question as under way for as long as it lives, unless another has.
  class Asking {
   public:
    Asking(Decisions& of, const Key& key)
        : of_(of), key_(key), is_first_(of.asked_.emplace(key, ++of.askers_).second) {}
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
      if (is_first_) of_.asked_.erase(key_);
    }

   private:
    Decisions& of_;
    Key key_;
    bool is_first_;
  };

 private:
  struct Entry {
    Decision decision;
    std::int64_t until_us;
    std::list<Key>::iterator place;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::size_t out = 0;
      for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | key[i];
      return out;
    }
  };
  void drop(const Key& key);

  std::size_t most_;
  std::unordered_map<Key, Entry, Hash> by_key_;
  std::list<Key> order_;
  std::unordered_map<Key, std::uint64_t, Hash> asked_;
  std::uint64_t askers_ = 0;
};

}  // namespace forward_auth

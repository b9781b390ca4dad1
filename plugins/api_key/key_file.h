// Keys of programs, as a file keeps them: by their SHA-256, which nobody can use.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace api_key {

using Digest = std::array<std::uint8_t, 32>;

struct Owner {
  std::string id;
  std::vector<std::string> roles;
};

struct Flaw {
  std::size_t line = 0;
  std::string what;
};

// Lines ID DIGEST [ROLE,ROLE…]; empty ones and those behind # do not count.  An id may have several
// keys, so that one can follow another.
class KeyFile {
 public:
  explicit KeyFile(std::string_view text);

  [[nodiscard]] const std::optional<Flaw>& flaw() const { return flaw_; }
  [[nodiscard]] std::size_t size() const { return owners_.size(); }
  // Null: nobody's.  How long it takes tells something of the digest at most, from which no key can
  // be made.
  [[nodiscard]] const Owner* owner_of(const Digest& digest) const {
    const auto at = owners_.find(digest);
    return at == owners_.end() ? nullptr : &at->second;
  }

 private:
  void read(std::string_view line, std::size_t number);
  std::map<Digest, Owner> owners_;
  std::optional<Flaw> flaw_;
};

}  // namespace api_key

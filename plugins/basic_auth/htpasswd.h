// Users and their passwords' hashes, as `htpasswd -B` writes them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace basic_auth {

struct Flaw {
  std::size_t line = 0;
  std::string what;
};

// bcrypt ($2a$, $2b$, $2y$) and SHA-crypt ($5$, $6$); what is quicker to guess is not taken.
class Htpasswd {
 public:
  // Lines NAME:HASH; empty ones and those behind # do not count.
  explicit Htpasswd(std::string_view text);

  [[nodiscard]] const std::optional<Flaw>& flaw() const { return flaw_; }
  [[nodiscard]] bool empty() const { return users_.empty(); }
  // Users whose hash costs other than the first one's: how long an answer takes tells them apart.
  [[nodiscard]] bool costs_differ() const { return costs_differ_; }

  // A password of such a user takes seconds.
  [[nodiscard]] bool takes_long() const { return takes_long_; }

  // Takes as long as hashing takes (0.2 s for bcrypt with 12 rounds), for whom it does not know
  // too. Thread: any.
  [[nodiscard]] bool knows(std::string_view name, std::string_view password) const;

 private:
  void read(std::string_view line, std::size_t number);
  std::map<std::string, std::string, std::less<>> users_;
  std::string nobody_;  // a hash that no password has, of the first user's cost
  std::string cost_;
  bool costs_differ_ = false;
  bool takes_long_ = false;
  std::optional<Flaw> flaw_;
};

// bcrypt reads 72 bytes, and libxcrypt does not say so.
inline constexpr std::size_t kLongest = 72;

}  // namespace basic_auth

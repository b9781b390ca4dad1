// The cookie by which a client stays with the target group that a weighted rule once gave it
// (ALB.md 1.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/seal.h"
#include "http/head.h"

namespace gatehouse::upstream {

inline constexpr std::string_view kGroupCookie = "GATEHOUSETG";
// The same for requests from other sites, which browsers only send over TLS.
inline constexpr std::string_view kGroupCookieCors = "GATEHOUSETGCORS";
inline constexpr std::string_view kGroupCookiePurpose = "gatehouse group cookie 1";

// What the cookie holds: the groups of a few rules, since one client may meet several.  A value.
class GroupCookie {
 public:
  // Rules and groups by the hash of their names; times in seconds since 1970.
  struct Choice {
    std::uint64_t rule = 0;
    std::uint64_t group = 0;
    std::uint64_t expires = 0;
  };

  // What the client sent; nothing of it if it was not sealed by us.
  GroupCookie(const http::RequestHead& request, const crypto::Seal& seal);

  // What was chosen for the rule, unless that is over.
  [[nodiscard]] std::optional<Choice> choice(std::uint64_t rule, std::uint64_t now) const;
  // Takes the place of the rule's choice, or of the one that is over first.
  void choose(const Choice& choice);
  // The two values of Set-Cookie; the second only for https.
  [[nodiscard]] std::string set_cookie(const crypto::Seal& seal, std::uint64_t now,
                                       bool https) const;
  [[nodiscard]] std::string set_cookie_cors(const crypto::Seal& seal, std::uint64_t now) const;

 private:
  static constexpr std::size_t kMost = 4;
  bool read(std::string_view value, const crypto::Seal& seal);
  [[nodiscard]] std::string value(const crypto::Seal& seal) const;
  [[nodiscard]] std::string max_age(std::uint64_t now) const;

  std::array<Choice, kMost> choices_{};  // rule 0: none
};

}  // namespace gatehouse::upstream

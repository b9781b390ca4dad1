// Which origins a list of origins and wildcards names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cors {

// "https://chat.example.com" is itself; "https://*.example.com" each name below example.com, at any
// depth, not example.com; "*" every origin, also "null".  An origin is compared as browsers write
// it (Fetch, RFC 6454 6.2): scheme and host in lower case, the port unless it is the scheme's.
// Immutable; any thread.
class OriginMatch {
 public:
  explicit OriginMatch(std::span<const std::string> origins);
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] bool has(std::string_view origin) const;

 private:
  struct Wildcard {
    std::string scheme;  // "https://"
    std::string rest;    // ".example.com:8443"
  };
  std::vector<std::string> exact_;
  std::vector<Wildcard> wildcards_;
  bool any_ = false;
};

// "", or what is wrong with an entry of the list.
[[nodiscard]] std::string_view wrong_with(std::string_view origin);

}  // namespace cors

// The fields that make a browser allow what the file allows, or that keep it from it (Fetch 3.2).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config.h"
#include "origin_match.h"

namespace cors {

// What a target says about it does not count.
inline constexpr std::array<std::string_view, 7> kReplaced = {
    "Access-Control-Allow-Origin",         "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",        "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",       "Access-Control-Max-Age",
    "Access-Control-Allow-Private-Network"};

// What is the same for every request, made once.  Immutable; any thread.
class Answers {
 public:
  explicit Answers(const Config& config);

  struct Preflight {
    std::string_view origin;
    std::string_view headers;  // Access-Control-Request-Headers
    bool private_network = false;
  };
  [[nodiscard]] bool allows(std::string_view origin) const { return match_.has(origin); }
  // Whether every origin is allowed, and told the same.
  [[nodiscard]] bool constant() const { return constant_; }
  // Calls `put(name, value)` for each field of a 204.  A browser whose origin is not allowed gets
  // none, which is its answer.
  template <typename Put>
  void preflight(const Preflight& asked, Put put) const {
    put("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    if (!allows(asked.origin)) return;
    origin(asked.origin, put);
    put("Access-Control-Allow-Methods", methods_);
    const std::string_view headers =
        echoes_headers_ ? echoed(asked.headers) : std::string_view(allow_headers_);
    if (!headers.empty()) put("Access-Control-Allow-Headers", headers);
    if (!max_age_.empty()) put("Access-Control-Max-Age", max_age_);
    if (asked.private_network && private_network_)
      put("Access-Control-Allow-Private-Network", "true");
  }
  // The same for any other answer; Vary is the caller's.
  template <typename Put>
  void response(std::string_view from, Put put) const {
    if (!allows(from)) return;
    origin(from, put);
    if (!expose_headers_.empty()) put("Access-Control-Expose-Headers", expose_headers_);
  }

 private:
  template <typename Put>
  void origin(std::string_view from, Put put) const {
    put("Access-Control-Allow-Origin", constant_ ? std::string_view("*") : from);
    if (credentials_) put("Access-Control-Allow-Credentials", "true");
  }
  // The names, if that is what they are.
  [[nodiscard]] static std::string_view echoed(std::string_view names);

  OriginMatch match_;
  std::string methods_;
  std::string allow_headers_;
  std::string expose_headers_;
  std::string max_age_;
  bool credentials_;
  bool private_network_;
  bool constant_;        // "*" serves everyone
  bool echoes_headers_;  // "*" means no name to a browser that sends cookies (Fetch 4.10)
};

// Every line of Vary.
[[nodiscard]] std::string vary_of(const gatehouse::Headers& headers);

// Vary with Origin in it; "": it has it.
[[nodiscard]] std::string vary_with_origin(std::string_view vary);

}  // namespace cors

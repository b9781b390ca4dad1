// What routes.yaml says under `use: cors`.
#pragma once

#include <chrono>
#include <gatehouse/plugin.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cors {

enum class Mode : std::uint8_t { enforce, report };

struct Config {
  std::vector<std::string> origins;
  std::vector<std::string> methods = {"GET", "HEAD", "POST"};
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  bool credentials = false;
  std::optional<std::chrono::seconds> max_age;
  bool private_network = false;
  Mode mode = Mode::enforce;

  static constexpr auto schema = gatehouse::fields(
      gatehouse::field(
          "origins", &Config::origins, gatehouse::required,
          gatehouse::example("[\"https://chat.example.com\", \"https://*.example.com\"]"),
          "that may read answers; * at the place of a name's first parts, or alone"),
      gatehouse::field("methods", &Config::methods, gatehouse::example("[GET, POST, PUT]"),
                       "that they may use"),
      gatehouse::field("allow_headers", &Config::allow_headers,
                       gatehouse::example("[Content-Type, Authorization]"), "that they may send"),
      gatehouse::field("expose_headers", &Config::expose_headers, gatehouse::example("[ETag]"),
                       "that they may read"),
      gatehouse::field("credentials", &Config::credentials, "with cookies"),
      gatehouse::field("max_age", &Config::max_age, gatehouse::range(0, 86'400'000),
                       gatehouse::example("1h"), "how long a browser remembers"),
      gatehouse::field("private_network", &Config::private_network,
                       "pages of public networks may ask, though we are in a private one"),
      gatehouse::field("mode", &Config::mode, gatehouse::one_of("enforce", "report"),
                       "report: counted, nothing is changed"));
};

void check(const Config& config, gatehouse::Problems& problems);
void explain(const Config& config, gatehouse::Explained& would);

// An OPTIONS that a browser sends before the request that it is about.  Origin may be empty: who
// sends a method to ask for means it all the same.
[[nodiscard]] inline bool is_preflight(const gatehouse::Request& request) {
  return request.method() == "OPTIONS" && request.headers().has("Origin") &&
         request.headers().has("Access-Control-Request-Method");
}

}  // namespace cors

#include <algorithm>

#include "config.h"
#include "origin_match.h"

namespace cors {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const char low = static_cast<char>(c | 0x20);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

void check_names(const std::vector<std::string>& names, const std::string& path,
                 gatehouse::Problems& problems) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_token(names[i]))
      problems.error(path + "[" + std::to_string(i) + "]", "this is no name");
  }
}

bool has_star(const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), "*") != names.end();
}

}  // namespace

void check(const Config& config, gatehouse::Problems& problems) {
  if (config.origins.empty()) problems.error("origins", "a list without origins allows nothing");
  for (std::size_t i = 0; i < config.origins.size(); ++i) {
    const std::string_view wrong = wrong_with(config.origins[i]);
    if (!wrong.empty())
      problems.error("origins[" + std::to_string(i) + "]", wrong, "https://chat.example.com");
  }
  check_names(config.methods, "methods", problems);
  check_names(config.allow_headers, "allow_headers", problems);
  check_names(config.expose_headers, "expose_headers", problems);
  if (!config.credentials) return;
  if (has_star(config.origins)) {
    problems.error("origins", "with credentials, every page of the world could act for the user",
                   "name the origins");
  }
  if (std::find(config.origins.begin(), config.origins.end(), "null") != config.origins.end()) {
    problems.error("origins", "with credentials, null is anyone: a sandboxed frame sends it too");
  }
  if (has_star(config.methods))
    problems.error("methods", "with credentials, browsers read * as a name", "name them");
  if (has_star(config.expose_headers)) {
    problems.error("expose_headers", "with credentials, browsers read * as a name", "name them");
  }
}

}  // namespace cors

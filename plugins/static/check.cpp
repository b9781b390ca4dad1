#include <sys/stat.h>

#include "config.h"

namespace static_files {
namespace {

bool is_inside(std::string_view name) {
  return !name.empty() && !name.starts_with('/') && name.find("..") == std::string_view::npos;
}

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

void check(const Config& config, gatehouse::Problems& problems) {
  struct stat at {};
  if (::stat(config.root.value.c_str(), &at) != 0 || !S_ISDIR(at.st_mode))
    problems.warning("root", "there is no folder " + config.root.value);
  if (!config.prefix.empty() && (config.prefix.front() != '/' || config.prefix.back() == '/'))
    problems.error("prefix", "a prefix begins with a slash and ends without one", "/assets");
  for (std::size_t i = 0; i < config.index.size(); ++i) {
    if (!is_inside(config.index[i]) || config.index[i].find('/') != std::string::npos)
      problems.error("index[" + std::to_string(i) + "]", "this is no file's name", "index.html");
  }
  if (!config.fallback.empty() && !is_inside(config.fallback))
    problems.error("fallback", "a file below `root` is wanted", "index.html");
  if (!config.not_found.empty() && !is_inside(config.not_found))
    problems.error("not_found", "a file below `root` is wanted", "404.html");
  if (has_line_end(config.cache_control))
    problems.error("cache_control", "a header field has no line's end", "public, max-age=3600");
  for (const auto& [ending, types] : config.types) {
    if (types.size() != 1 || types[0].find('/') == std::string::npos || has_line_end(types[0]))
      problems.error("types", "'" + ending + "' has one content type", ending + ": text/plain");
  }
  if (!config.fallback.empty() && !config.not_found.empty())
    problems.error("not_found", "`fallback` answers every path, so this is never used");
}

}  // namespace static_files

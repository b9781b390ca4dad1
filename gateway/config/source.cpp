#include "config/source.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gatehouse::config {

std::optional<std::string> SystemSource::environment(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> SystemSource::read_file(const std::string& path) const {
  const std::string full = path.starts_with('/') || folder_.empty() ? path : folder_ + "/" + path;
  errno = 0;
  std::ifstream in(full, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf())) {
    if (in && in.peek() == std::ifstream::traits_type::eof() && errno == 0) return std::string();
    return tl::make_unexpected(system_error("read " + path));
  }
  return bytes.str();
}

}  // namespace gatehouse::config

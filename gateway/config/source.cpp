#include "config/source.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "base/hash.h"

namespace gatehouse::config {
namespace {
constexpr std::size_t kMostBytes = 32U << 20;  // twice what a configuration may have
}

std::optional<std::string> SystemSource::environment(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> SystemSource::read_file(const std::string& path) const {
  const std::string full = from_folder(path);
  errno = 0;
  std::ifstream in(full, std::ios::binary);
  std::string bytes;
  std::array<char, 16384> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    bytes.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMostBytes)
      return tl::make_unexpected(Error{"read " + path + ": larger than 32 MiB", 0, {}});
  }
  bytes.shrink_to_fit();  // it is kept for as long as its generation
  if (in.is_open() && !in.bad()) return bytes;
  return tl::make_unexpected(system_error("read " + path));
}

Result<std::string> RememberingSource::read_file(const std::string& path) const {
  auto bytes = from_.read_file(path);
  if (bytes) files_[path] = hash64(*bytes);
  return bytes;
}

bool unchanged(const FileHashes& files, const Source& source) {
  for (const auto& [path, hash] : files) {
    const auto bytes = source.read_file(path);
    if (!bytes || hash64(*bytes) != hash) return false;
  }
  return true;
}

}  // namespace gatehouse::config

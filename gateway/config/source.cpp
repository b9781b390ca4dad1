#include "config/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/hash.h"

namespace gatehouse::config {
namespace {
constexpr std::size_t kMostBytes = 32U << 20;  // twice what a configuration may have

// Whether reading does not wait, which it might for ever if this is a pipe.
bool readable(int fd, Millis patience) {
  struct stat what {};
  if (::fstat(fd, &what) != 0 || !S_ISFIFO(what.st_mode)) return true;
  pollfd waits{.fd = fd, .events = POLLIN, .revents = 0};
  if (::poll(&waits, 1, static_cast<int>(patience.count())) != 0) return true;
  errno = ETIMEDOUT;
  return false;
}
}  // namespace

std::optional<std::string> SystemSource::environment(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> SystemSource::read_file(const std::string& path) const {
  const int fd = ::open(from_folder(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) ::fcntl(fd, F_SETFL, 0);  // it was only for opening a pipe
  std::string bytes;
  std::array<char, 16384> piece{};
  ssize_t n = -1;
  while (fd >= 0 && bytes.size() <= kMostBytes) {
    n = readable(fd, pipe_patience_) ? ::read(fd, piece.data(), piece.size()) : -1;
    if (n <= 0) break;
    bytes.append(piece.data(), static_cast<std::size_t>(n));
  }
  const bool waited = n < 0 && errno == ETIMEDOUT;
  Error failed = system_error("read " + path, waited ? "nobody writes to this pipe" : "");
  if (fd >= 0) ::close(fd);
  if (n < 0) return tl::make_unexpected(std::move(failed));
  if (bytes.size() > kMostBytes)
    return tl::make_unexpected(Error{"read " + path + ": larger than 32 MiB", 0, {}});
  bytes.shrink_to_fit();  // it is kept for as long as its generation
  return bytes;
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

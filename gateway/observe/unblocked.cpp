#include "observe/unblocked.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace gatehouse::observe {

int own_descriptor(int fd) noexcept {
  struct stat status {};
  if (fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode)) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int own = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (own >= 0) return own;  // else: no /proc, or a pipe of another user
  }
  return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

std::int64_t write_now(int fd, std::string_view bytes) noexcept {
  pollfd p{fd, POLLOUT, 0};
  if (poll(&p, 1, 0) <= 0) return 0;
  ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && errno == ENOTSOCK) n = write(fd, bytes.data(), bytes.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  return n;
}

}  // namespace gatehouse::observe

#include "observe/access_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace gatehouse::observe {

AccessOutput::~AccessOutput() {
  if (fd_ >= 0) close(fd_);
}

void AccessOutput::swap(AccessOutput& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(is_file_, other.is_file_);
}

Result<AccessOutput> AccessOutput::open(const std::string& path) {
  AccessOutput output;
  // O_NONBLOCK: a named pipe without a reader is refused instead of waited for.  Standard output is
  // shared with whoever started us, so its flags stay as they are.
  output.fd_ =
      path == "-" ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                  : ::open(path.c_str(),
                           O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
  if (output.fd_ < 0) {
    return tl::make_unexpected(system_error(
        "open access log " + path, errno == ENXIO
                                       ? "nobody reads this pipe"
                                       : "check the folder and its owner, or access_log: off"));
  }
  struct stat status {};
  output.is_file_ = fstat(output.fd_, &status) == 0 && S_ISREG(status.st_mode);
  return output;
}

bool AccessOutput::wait_writable(int milliseconds) const noexcept {
  pollfd p{fd_, POLLOUT, 0};
  return poll(&p, 1, milliseconds) > 0;  // an error shows at the write
}

std::int64_t AccessOutput::write_some(std::string_view bytes) const noexcept {
  const std::size_t size = is_file_ ? bytes.size() : std::min<std::size_t>(bytes.size(), PIPE_BUF);
  const ssize_t n = ::write(fd_, bytes.data(), size);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  return n;
}

}  // namespace gatehouse::observe

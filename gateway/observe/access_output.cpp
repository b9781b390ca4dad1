#include "observe/access_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "observe/unblocked.h"

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
  // O_NONBLOCK: a named pipe without a reader is refused instead of waited for.
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  output.fd_ = path == "-" ? own_descriptor(STDOUT_FILENO) : ::open(path.c_str(), kFlags, 0640);
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
  return write_now(fd_, is_file_ ? bytes : bytes.substr(0, PIPE_BUF));
}

}  // namespace gatehouse::observe

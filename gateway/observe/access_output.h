// Where access records go: a file, a pipe or standard output, none of which can be trusted to take
// them.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::observe {

// Thread: its owner's.  Owns: the descriptor.
class AccessOutput {
 public:
  AccessOutput() = default;
  AccessOutput(AccessOutput&& other) noexcept { swap(other); }
  AccessOutput& operator=(AccessOutput&& other) noexcept {
    swap(other);
    return *this;
  }
  ~AccessOutput();

  // Opens `path` for appending (mode 0640), or "-" for standard output.
  // Errors: those of open; ENXIO: a named pipe that nobody reads.
  static Result<AccessOutput> open(const std::string& path);

  // Waits up to `milliseconds` until something can be written.
  [[nodiscard]] bool wait_writable(int milliseconds) const noexcept;
  // Writes a part that a writable output takes without blocking: all for a file, PIPE_BUF bytes for
  // the rest. Returns the bytes written, 0 for "not now", -1 with errno.
  [[nodiscard]] std::int64_t write_some(std::string_view bytes) const noexcept;

 private:
  void swap(AccessOutput& other) noexcept;

  int fd_ = -1;
  bool is_file_ = false;
};

}  // namespace gatehouse::observe

// Writing to descriptors that were inherited, without ever waiting for who reads them.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::observe {

// A descriptor of our own for the inherited `fd`, to be closed by the caller.  A pipe is opened
// anew, since O_NONBLOCK on the inherited one would be set for whoever started us, too; all else is
// duplicated: a file opened anew would have an offset of its own.  Errors: -1 with errno.
[[nodiscard]] int own_descriptor(int fd) noexcept;

// Writes what `fd` takes now.  Returns the bytes written, 0 for "not now", or -1 with errno.  A
// pipe that could not be opened anew takes PIPE_BUF bytes without blocking, unless another process
// fills it in between.
[[nodiscard]] std::int64_t write_now(int fd, std::string_view bytes) noexcept;

}  // namespace gatehouse::observe

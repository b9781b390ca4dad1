// Errors as values, outside the request path (there a Reason is enough: reason.h).
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace gatehouse {

// What was tried, the errno or library code (0 = none), and what a person can do about it ("" =
// nothing).
struct Error {
  std::string tried;
  int code = 0;
  std::string advice;

  // One line: "bind 0.0.0.0:80: Permission denied (13); run as root or choose a port above 1023".
  [[nodiscard]] std::string text() const;
};

// The Error of a failed system call; reads errno.
[[nodiscard]] Error system_error(std::string tried, std::string advice = "");

template <typename T, typename E = Error>
using Result = tl::expected<T, E>;
using Status = Result<void>;
using Failure = tl::unexpected<Error>;

// A failed Result: `return fail("open /x", errno)`.
[[nodiscard]] Failure fail(std::string tried, int code = 0, std::string advice = "");

}  // namespace gatehouse

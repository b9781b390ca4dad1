#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace gatehouse {

std::string Error::text() const {
  std::string out = tried;
  if (code != 0) {
    out += ": ";
    out += std::strerror(code);
    out += " (" + std::to_string(code) + ")";
  }
  if (!advice.empty()) out += "; " + advice;
  return out;
}

Error system_error(std::string tried, std::string advice) {
  return Error{std::move(tried), errno, std::move(advice)};
}

Failure fail(std::string tried, int code, std::string advice) {
  return tl::make_unexpected(Error{std::move(tried), code, std::move(advice)});
}

}  // namespace gatehouse

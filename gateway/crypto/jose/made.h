// Something made from what a file says, or a sentence for its author about why not.  Plugins link
// this room too, whose own Result has that name.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace gatehouse::crypto::jose {

template <typename T>
using Made = tl::expected<T, std::string>;

// What is wrong, and "" or what to do about it.
[[nodiscard]] inline tl::unexpected<std::string> refused(std::string what,
                                                         const std::string& advice = {}) {
  if (!advice.empty()) what += "; " + advice;
  return tl::make_unexpected(std::move(what));
}

}  // namespace gatehouse::crypto::jose

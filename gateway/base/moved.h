// Bytes that have moved from one place to another, for the views that look at them.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gatehouse {

struct Moved {
  const char* from = nullptr;
  const char* to = nullptr;
  std::size_t size = 0;

  // A pointer or view into other bytes stays as it is.
  void follow(const char*& at) const {
    if (std::less_equal<>()(from, at) && std::less<>()(at, from + size)) at = to + (at - from);
  }
  void follow(std::string_view& view) const {
    const char* at = view.data();
    follow(at);
    view = {at, view.size()};
  }
};

}  // namespace gatehouse

// Lists of addresses that proxies leave behind.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace gatehouse::http {

// The rightmost element of an X-Forwarded-For list that `trusted` does not accept, without brackets
// and port; the leftmost if it accepts all.
template <typename Trusted>
std::string_view rightmost_untrusted(std::string_view list, Trusted trusted) {
  std::string_view found;
  while (!list.empty()) {
    const auto comma = list.rfind(',');
    std::string_view element =
        ascii::trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
    if (!element.empty() && element.front() == '[') {
      element = element.substr(1, element.find(']') - 1);
    } else if (element.find(':') == element.rfind(':')) {
      element = element.substr(0, element.find(':'));
    }
    found = element;
    if (!trusted(element)) return found;
  }
  return found;
}

}  // namespace gatehouse::http

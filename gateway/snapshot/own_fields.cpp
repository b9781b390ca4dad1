#include "snapshot/own_fields.h"

namespace gatehouse::snapshot {

OwnFields::OwnFields(std::string_view scheme, std::string_view port_digits) {
  if (port_digits.empty()) port_digits = scheme == "https" ? "443" : "80";  // of a Unix socket
  const std::array<std::array<std::string_view, 2>, 3> made{{
      {"X-Forwarded-Proto", scheme},
      {"X-Forwarded-Port", port_digits},
      {"Via", "1.1 gatehouse"},
  }};
  for (const auto& [name, value] : made)
    text_.append(name).append(": ").append(value).append("\r\n");
  std::size_t at = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const std::size_t size = made[i][0].size() + made[i][1].size() + 4;
    fields_[i] = {std::string_view(text_).substr(at, size), made[i][0].size()};
    at += size;
  }
}

}  // namespace gatehouse::snapshot

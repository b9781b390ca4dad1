// Cookies as clients send them (RFC 6265 5.4).
#pragma once

#include <optional>
#include <string_view>

#include "http/head.h"

namespace gatehouse::http {

// The value of the first cookie of that name, whose case matters; quotes belong to the value.
[[nodiscard]] std::optional<std::string_view> cookie(const RequestHead& request,
                                                     std::string_view name);

}  // namespace gatehouse::http

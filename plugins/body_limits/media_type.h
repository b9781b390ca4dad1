// Media types, and which of a list holds one (RFC 9110 8.3.1, 12.5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace body_limits {

// "image/*" is each of image, "*/*" every one; names ignore case, parameters do not count.
[[nodiscard]] bool is_among(const std::vector<std::string>& list, std::string_view content_type);
// Whether it could stand in such a list.
[[nodiscard]] bool is_media_range(std::string_view text);

}  // namespace body_limits

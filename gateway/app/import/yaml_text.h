// Values as they stand in a routes.yaml that is written by the program.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::app {

// Texts one behind the other.
[[nodiscard]] std::string together(std::initializer_list<std::string_view> texts);
// As it stands where that is safe, else in double quotes; `${` stands for itself.  Fits into a flow
// list or map.
[[nodiscard]] std::string yaml_scalar(std::string_view text);
// The same for the key of a map, in which `${` is nothing special.
[[nodiscard]] std::string yaml_key(std::string_view text);
// One value by itself, several as a flow list.  They are rendered already.
[[nodiscard]] std::string yaml_values(const std::vector<std::string>& rendered);
// Digits as they stand; anything else as a text, for the gateway to refuse.
[[nodiscard]] std::string yaml_number(std::string_view text);
// 3600 is "1h".
[[nodiscard]] std::string yaml_seconds(std::uint64_t seconds);
// What is a name in routes.yaml: other characters become '-'.  Never empty.
[[nodiscard]] std::string yaml_name(std::string_view text);

}  // namespace gatehouse::app

#include "rehearsal/yaml_text.h"

#include <algorithm>

#include "base/ascii.h"

namespace gatehouse::rehearsal {
namespace {

// Whether it needs no quotes, wherever it stands.
bool is_plain(std::string_view text) {
  if (text.empty() || !ascii::is_alpha(text.front())) return false;
  if (text == "null" || text == "true" || text == "false") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           std::string_view("-_./").find(c) != std::string_view::npos;
  });
}

std::string scalar(const Json& value) {
  if (value.is_string() && is_plain(value.get<std::string>())) return value.get<std::string>();
  // JSON, but for what is no text to YAML.
  std::string out;
  for (const char c : value.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '\x7f') {
      out += "\\u007f";
    } else {
      out += c;
    }
  }
  return out;
}

std::string flow(const Json& list) {
  std::string out;
  for (const auto& item : list) out.append(out.empty() ? "" : ", ").append(scalar(item));
  return '[' + out + ']';
}

}  // namespace

std::string yaml_of(const Json& map, const std::string& indent) {
  std::string out;
  for (const auto& [key, value] : map.items()) {
    out.append(indent).append(scalar(key)).append(":");
    if (value.is_object() && !value.empty()) {
      out.append("\n").append(yaml_of(value, indent + "  "));
    } else {
      const bool plain_list =
          value.is_array() && std::none_of(value.begin(), value.end(),
                                           [](const Json& item) { return item.is_structured(); });
      out.append(" ").append(plain_list ? flow(value) : scalar(value)).append("\n");
    }
  }
  return out;
}

}  // namespace gatehouse::rehearsal

#include "app/import/yaml_text.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"

namespace gatehouse::app {
namespace {

bool is_plain(std::string_view text) {
  constexpr std::string_view kWords[] = {"true", "false", "null", "yes", "no", "on", "off"};
  if (text.empty() || !(ascii::is_alpha(text[0]) || text[0] == '/')) return false;
  const bool harmless = std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           std::string_view("_./*-").find(c) != std::string_view::npos;
  });
  return harmless && std::none_of(std::begin(kWords), std::end(kWords), [&](auto word) {
           return ascii::equals_ignoring_case(text, word);
         });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string together(std::initializer_list<std::string_view> texts) {
  std::string out;
  for (const auto text : texts) out += text;
  return out;
}

std::string yaml_key(std::string_view text) {
  return is_plain(text) ? std::string(text) : quoted(text);
}

std::string yaml_scalar(std::string_view text) {
  std::string escaped;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    escaped += std::string(text.substr(0, at)) + "$${";
    text.remove_prefix(at + 2);
  }
  return yaml_key(escaped += text);
}

std::string yaml_values(const std::vector<std::string>& rendered) {
  if (rendered.size() == 1) return rendered[0];
  std::string out = "[";
  for (const auto& value : rendered) out += (out.size() == 1 ? "" : ", ") + value;
  return out + "]";
}

std::string yaml_number(std::string_view text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
  return digits ? std::string(text) : yaml_scalar(text);
}

std::string yaml_seconds(std::uint64_t seconds) {
  struct Unit {
    std::uint64_t size;
    const char* name;
  };
  for (const Unit& unit : {Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"}}) {
    if (seconds != 0 && seconds % unit.size == 0)
      return std::to_string(seconds / unit.size) + unit.name;
  }
  return std::to_string(seconds) + "s";
}

std::string yaml_name(std::string_view text) {
  std::string out(text.substr(0, 100));
  for (char& c : out) {
    if (!ascii::is_alpha(c) && !ascii::is_digit(c) && c != '.' && c != '_' && c != '-') c = '-';
  }
  return out.empty() ? "unnamed" : out;
}

}  // namespace gatehouse::app

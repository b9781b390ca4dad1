#include "app/import/json_documents.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>

#include "app/read_config.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

// Deeper than any document of a service; a parser that recurses must not be led further.
constexpr std::size_t kMostLevels = 100;

std::string place(const std::string& file, std::string_view bytes, std::size_t at) {
  const std::string_view before = bytes.substr(0, std::min(at, bytes.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto begin = before.rfind('\n');
  const std::string_view in_line =
      begin == std::string_view::npos ? before : before.substr(begin + 1);
  const auto column = std::count_if(in_line.begin(), in_line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // a character's first byte
  });
  return (file == "-" ? "standard input" : file) + ":" + std::to_string(line) + ":" +
         std::to_string(column + 1);
}

// What the library says, without its number and position.
std::string reason(std::string_view what) {
  const auto at = what.find("; ");
  const auto colon = what.find(": ");
  if (at != std::string_view::npos) return "no JSON: " + std::string(what.substr(at + 2));
  return "no JSON" + std::string(colon == std::string_view::npos ? "" : what.substr(colon));
}

std::size_t end_of_space(std::string_view bytes, std::size_t at) {
  const auto next = bytes.find_first_not_of(" \t\r\n", at);
  return next == std::string_view::npos ? bytes.size() : next;
}

// Where the document that begins at `begin` ends: behind its last bracket.
std::size_t end_of_document(std::string_view bytes, std::size_t begin, std::size_t& levels) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = begin; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      levels = std::max(levels, ++depth);
    } else if ((c == '}' || c == ']') && (depth <= 1 || --depth == 0)) {
      return i + 1;
    }
  }
  return bytes.size();
}

}  // namespace

Result<std::vector<JsonDocument>> parse_documents(const std::string& file, std::string_view bytes) {
  std::vector<JsonDocument> out;
  std::size_t at = end_of_space(bytes, 0);
  do {
    std::size_t levels = 0;
    const std::size_t end = end_of_document(bytes, at, levels);
    if (levels > kMostLevels)
      return fail("use " + place(file, bytes, at) + ": more than 100 levels of brackets");
    try {
      out.push_back({file, json::parse(bytes.substr(at, end - at))});
    } catch (const json::parse_error& error) {
      const std::size_t wrong = at + (error.byte == 0 ? 0 : error.byte - 1);
      return fail("use " + place(file, bytes, wrong) + ": " + reason(error.what()));
    }
    at = end_of_space(bytes, end);
  } while (at < bytes.size());
  return out;
}

Result<std::vector<JsonDocument>> read_documents(const std::string& file) {
  if (file != "-") {
    const auto bytes = config::SystemSource("").read_file(file);
    if (!bytes) return tl::make_unexpected(bytes.error());
    return parse_documents(file, *bytes);
  }
  std::ostringstream bytes;
  bytes << std::cin.rdbuf();
  return parse_documents(file, bytes.str());
}

const json& member(const json& object, const char* key) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto at = object.find(key);
  return at == object.end() ? kNothing : *at;
}

std::string text_of(const json& object, const char* key) {
  const json& value = member(object, key);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

std::vector<std::string> texts_of(const json& object, const char* key) {
  std::vector<std::string> out;
  const json& value = member(object, key);
  if (!value.is_array()) return out;
  for (const auto& each : value) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

std::vector<const json*> objects_of(const json& object, const char* key) {
  std::vector<const json*> out;
  const json& value = member(object, key);
  if (!value.is_array()) return out;
  for (const auto& each : value) {
    if (each.is_object()) out.push_back(&each);
  }
  return out;
}

}  // namespace gatehouse::app

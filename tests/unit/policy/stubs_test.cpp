// Each function and property of the API is in what editors are told.
#include "policy/stubs.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "policy/binding/namespaces.h"
#include "policy/binding/options.h"

namespace gatehouse::policy {
namespace {

TEST(Stubs, name_every_function_and_property) {
  const std::string text = stubs();
  for (const ObjectType* type : object_types()) {
    for (const auto& row : type->properties)
      EXPECT_NE(text.find("---@field " + std::string(row.name) + ' ' + row.type), text.npos)
          << type->name << '.' << row.name;
    for (const auto& row : type->methods)
      EXPECT_NE(text.find("---@field " + std::string(row.name) + " fun(self: "), text.npos)
          << type->name << ':' << row.name;
  }
  for (const Namespace* one : namespaces()) {
    if (!std::string_view(one->name).starts_with("gate")) continue;
    for (const auto& row : one->functions)
      EXPECT_NE(text.find("---@field " + std::string(row.name) + " fun" + row.signature), text.npos)
          << one->name << '.' << row.name;
  }
}

// What a call refuses to take, editors must not offer.
TEST(Stubs, tables_have_the_keys_that_calls_take) {
  const auto same = [](const char* name, std::span<const std::string_view> keys) {
    const auto fields = fields_of_class(name);
    const std::set<std::string_view> told(fields.begin(), fields.end());
    EXPECT_EQ(told, std::set<std::string_view>(keys.begin(), keys.end())) << name;
  };
  same("Respond", kRespondKeys);
  same("Fetch", kFetchKeys);
  same("Limit", kLimitKeys);
  same("JwtRules", kJwtRulesKeys);
  same("JwtMint", kJwtMintKeys);
}

TEST(Stubs, define_every_class_that_they_name_once) {
  const std::string text = stubs();
  std::set<std::string> defined;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("---@class ")) continue;
    EXPECT_TRUE(defined.insert(line.substr(10)).second) << line;
  }
  for (auto at = text.find("gatehouse."); at != text.npos; at = text.find("gatehouse.", at + 1)) {
    const auto end = text.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.", at);
    EXPECT_TRUE(defined.contains(text.substr(at, end - at))) << text.substr(at, end - at);
  }
}

// Types as lua-language-server's annotations have them (https://luals.github.io/wiki/annotations):
// names with parameters, lists, functions, alternatives, `?` for what may be nil.
class Type {
 public:
  // Whether all of `text` is types with commas between them.
  [[nodiscard]] static bool is_list(std::string_view text) {
    Type type(text);
    return type.list() && type.text_.empty();
  }

 private:
  explicit Type(std::string_view text) : text_(text) {}

  bool take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool name() {
    const auto size = std::min(
        text_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."),
        text_.size());
    text_.remove_prefix(size);
    return size > 0;
  }
  bool list() {
    do {
      if (!take("...") && !alternatives()) return false;
    } while (take(", "));
    return true;
  }
  bool alternatives() {
    do {
      if (!one()) return false;
      while (take("[]") || take("?")) {
      }
    } while (take("|"));
    return true;
  }
  bool literal() {
    const auto end = text_.find('"');
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return end != text_.npos;
  }
  bool one() {
    if (take("\"")) return literal();
    if (!take("fun(")) return name() && (!take("<") || (list() && take(">")));
    while (!take(")")) {
      if (!(take("...") || name())) return false;
      take("?");
      if (!take(": ") || !alternatives()) return false;
      take(", ");
    }
    return !take(": ") || list();
  }

  std::string_view text_;
};

// Whether it is a line of the file as lua-language-server reads it.
bool is_line(std::string_view line) {
  const auto behind = [&](std::string_view word) {
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    return true;
  };
  if (line == "---@meta" || !line.starts_with("---@")) return true;
  if (behind("---@class ")) return line.find_first_of(" :") == line.npos;
  if (behind("---@type ") || behind("---@overload ")) return Type::is_list(line);
  if (!behind("---@field ")) return false;
  const auto space = line.find(' ');
  if (space == line.npos) return false;
  const std::string_view name = line.substr(0, space);
  const std::string_view type = line.substr(space + 1, line.find(" # ") - space - 1);
  return (name == "[string]" || name.find_first_of("[](): ") == name.npos) && Type::is_list(type);
}

TEST(Stubs, are_in_the_form_of_lua_language_server) {
  const std::string text = stubs();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(is_line(line)) << line;
  const Vm vm;
  EXPECT_EQ(luaL_loadbuffer(vm.state(), text.data(), text.size(), "=stubs"), 0);
}

TEST(Stubs, a_line_that_is_none_would_be_seen) {
  for (const char* line : {"---@field a", "---@field a fun(b)", "---@field a string|", "---@clas A",
                           "---@field a table<string", "---@field a b c", "---@field a \"b"})
    EXPECT_FALSE(is_line(line)) << line;
}

}  // namespace
}  // namespace gatehouse::policy

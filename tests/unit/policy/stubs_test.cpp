// Each function and property of the API is in what editors are told.
#include "policy/stubs.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "policy/binding/namespaces.h"

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

}  // namespace
}  // namespace gatehouse::policy

#include "unit/config/broken_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gatehouse::config {

std::string contract_file(const std::string& name) {
  std::ifstream in(std::string(GATEHOUSE_TESTS_DIR) + "/contract/" + name, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << name;
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

std::vector<Broken> broken_files(const std::string& name) {
  std::vector<Broken> rows;
  std::istringstream text(contract_file("broken/" + name));
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("@ ")) {
      rows.at(rows.size() - 1).expected += line + "\n";
      continue;
    }
    Broken& row = rows.emplace_back();
    row.what = line;
    std::size_t digits = 0;
    row.line = std::stoul(line.substr(2), &digits);
    const std::string damage = line.substr(3 + digits);
    const std::string arrow = " →";
    const auto at = damage.find(arrow);
    row.from = damage.substr(0, at);
    const auto to = at + arrow.size() + 1;  // and a space, if anything follows
    row.to = to < damage.size() ? damage.substr(to) : "";
  }
  return rows;
}

std::string damaged(const std::string& whole, const Broken& row) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < row.line; ++i) begin = whole.find('\n', begin) + 1;
  const auto at = whole.find(row.from, begin);
  if (at == std::string::npos || at > whole.find('\n', begin)) return {};
  return std::string(whole).replace(at, row.from.size(), row.to);
}

}  // namespace gatehouse::config

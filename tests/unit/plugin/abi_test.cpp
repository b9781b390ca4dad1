// The interface has a version for each of its shapes.
#include "include/gatehouse/abi.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/hash.h"

namespace gatehouse::plugin {
namespace {

// abi.h and what it includes without comments and spaces.
std::string declarations() {
  std::stringstream all;
  for (const std::string file : {"abi_tables.h", "abi.h"}) {
    std::ifstream in(GATEHOUSE_TESTS_DIR "/../gateway/include/gatehouse/" + file);
    all << in.rdbuf();
  }
  const std::string text = all.str();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "/*") == 0)
      i = text.find("*/", i) + 1;
    else if (text[i] != ' ' && text[i] != '\n' && text[i] != '\\')
      out += text[i];
  }
  return out;
}

TEST(Abi, does_not_change_without_its_version) {
  const std::string version = std::to_string(GH_ABI_MAJOR) + "." + std::to_string(GH_ABI_MINOR);
  EXPECT_EQ(version + " " + std::to_string(hash64(declarations())), "0.6 2018300695990412453")
      << "raise GH_ABI_MINOR for additions at the end, GH_ABI_MAJOR for anything else, and write "
         "the new pair down here";
}

}  // namespace
}  // namespace gatehouse::plugin

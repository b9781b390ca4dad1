#include "http/query.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace gatehouse::http {
namespace {

TEST(without_parameter, takes_away_each_of_that_name_in_any_spelling) {
  struct Row {
    std::string_view query, result;
  };
  const Row kRows[] = {
      {"", ""},
      {"a=1&b=2", "a=1&b=2"},
      {"token=x", ""},
      {"token", ""},
      {"token=x&a=1", "a=1"},
      {"a=1&token=x&b=2", "a=1&b=2"},
      {"a=1&token=x&token=y", "a=1"},
      {"%74oken=x&tok%65n=y&a=1", "a=1"},
      {"a=1&&token=x&", "a=1&"},
      {"tokens=x&atoken=y&Token=z&a=token", "tokens=x&atoken=y&Token=z&a=token"},
      {"token%=x&token%2=y&%zztoken=z", "token%=x&token%2=y&%zztoken=z"},
      {"token=a=b&c", "c"},
  };
  std::array<std::byte, 256> block;
  for (const Row& row : kRows) {
    Arena arena(block.data(), block.size());
    EXPECT_EQ(without_parameter(row.query, "token", arena), row.result) << row.query;
  }
}

}  // namespace
}  // namespace gatehouse::http

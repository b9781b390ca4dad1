#include "reasons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/reason.h"

namespace auth {
namespace {

std::uint16_t status_of(std::string_view word) {
  const auto* row = std::find_if(std::begin(gatehouse::kReasons), std::end(gatehouse::kReasons),
                                 [&](const auto& known) { return known.word == word; });
  return row == std::end(gatehouse::kReasons) ? std::uint16_t{0} : row->status;
}

TEST(Reasons, every_refusal_has_its_row) {
  for (const auto reason : detail::kTokenReasons) EXPECT_EQ(status_of(reason), 401) << reason;
  EXPECT_EQ(status_of(reason_of(UserFault::no_id)), 401);
  EXPECT_EQ(status_of(reason_of(UserFault::not_representable)), 401);
  EXPECT_EQ(status_of(kNotAuthenticated), 401);
  EXPECT_EQ(status_of(kMalformed), 400);
  EXPECT_EQ(status_of(kSeveral), 400);
  EXPECT_EQ(status_of(kNotAllowed), 403);
  EXPECT_EQ(status_of(kOtherPage), 403);
  EXPECT_EQ(status_of(kKeysAway), 503);
}

}  // namespace
}  // namespace auth

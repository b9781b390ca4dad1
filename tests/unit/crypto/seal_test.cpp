#include "crypto/seal.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/base64.h"

namespace gatehouse::crypto {
namespace {

const std::vector<std::string> kOld = {"an old secret of the gateway"};
const std::vector<std::string> kBoth = {"a new secret of the gateway", kOld[0]};

TEST(Seal, what_was_sealed_is_opened) {
  const Seal seal(kOld, "test");
  for (const std::string& plain : {std::string(), std::string("x"), std::string(1000, '\0')})
    EXPECT_EQ(seal.open(seal.close(plain)), plain);
}

TEST(Seal, the_first_secret_seals_and_all_open) {
  const Seal old(kOld, "test");
  const Seal both(kBoth, "test");
  EXPECT_EQ(both.open(old.close("x")), "x");
  EXPECT_EQ(old.open(both.close("x")), std::nullopt);
}

TEST(Seal, one_purpose_does_not_open_for_another) {
  EXPECT_EQ(Seal(kOld, "a").open(Seal(kOld, "b").close("x")), std::nullopt);
}

TEST(Seal, a_changed_byte_anywhere_is_noticed) {
  const Seal seal(kOld, "test");
  const std::string bytes = *from_base64url(seal.close("plain"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(seal.open(base64url(changed)), std::nullopt) << i;
  }
}

TEST(Seal, what_is_too_short_or_no_text_of_ours_is_not_opened) {
  const Seal seal(kOld, "test");
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("A"), std::string(36, 'A'), std::string("%%")})
    EXPECT_EQ(seal.open(text), std::nullopt);
}

TEST(Seal, the_same_text_is_sealed_otherwise_each_time) {
  const Seal seal(kOld, "test");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(seal.close("x"));
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Seal, nothing_of_the_text_is_to_be_seen) {
  const Seal seal(kOld, "test");
  EXPECT_EQ(from_base64url(seal.close("backend-canary"))->find("canary"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::crypto

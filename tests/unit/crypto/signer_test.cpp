#include "crypto/signer.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"

namespace gatehouse::crypto {
namespace {

const std::vector<std::string> kOld = {"an old secret of the gateway"};
const std::vector<std::string> kBoth = {"a new secret of the gateway", kOld[0]};

TEST(Signer, what_it_signed_is_valid_and_nothing_else) {
  const Signer signer(kOld, "test");
  const std::string signature = signer.sign("text");
  EXPECT_EQ(signature.size(), 43U);
  EXPECT_TRUE(signer.valid("text", signature));
  EXPECT_FALSE(signer.valid("texts", signature));
  EXPECT_FALSE(signer.valid("text", ""));
  EXPECT_FALSE(signer.valid("text", signature + "A"));
  EXPECT_FALSE(signer.valid("text", "?" + signature.substr(1)));
}

TEST(Signer, a_changed_byte_anywhere_is_noticed) {
  const Signer signer(kOld, "test");
  const std::string bytes = *from_base64url(signer.sign("text"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(signer.valid("text", base64url(changed))) << i;
  }
}

TEST(Signer, the_first_secret_signs_and_all_verify) {
  const Signer old(kOld, "test");
  const Signer both(kBoth, "test");
  EXPECT_TRUE(both.valid("text", old.sign("text")));
  EXPECT_FALSE(old.valid("text", both.sign("text")));
}

TEST(Signer, one_purpose_is_not_valid_for_another) {
  EXPECT_FALSE(Signer(kOld, "a").valid("text", Signer(kOld, "b").sign("text")));
}

// RFC 5869 with HMAC-SHA256, computed with Python's hmac and hashlib.
TEST(Signer, others_can_make_the_same_signature) {
  EXPECT_EQ(Signer(kOld, "test").sign("text"), "ZiE5X5pv0713c9UylrJO_8xrlv2u8tATIxX0nE2rHUM");
}

}  // namespace
}  // namespace gatehouse::crypto

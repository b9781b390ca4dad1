#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"

namespace gatehouse::crypto {
namespace {

TEST(Sha256, one_context_hashes_one_text_after_another) {
  Sha256 sha;
  // FIPS 180-2 B.1, and the empty text.
  for (int i = 0; i < 2; ++i) {
    Digest256 out;
    ASSERT_TRUE(sha.of("abc", out));
    EXPECT_EQ(base64url({reinterpret_cast<const char*>(out.data()), out.size()}),
              "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    ASSERT_TRUE(sha.of("", out));
    EXPECT_EQ(base64url({reinterpret_cast<const char*>(out.data()), out.size()}),
              "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
  }
}

}  // namespace
}  // namespace gatehouse::crypto

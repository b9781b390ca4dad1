#include "crypto/hmac_sha256.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/message_digest.h"

namespace gatehouse::crypto {
namespace {

std::string of(const HmacSha256& hmac, std::string_view text) {
  Digest256 out;
  EXPECT_TRUE(hmac.of(text, out));
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

std::string hmac_of(std::string_view key, std::string_view text) {
  return *hmac(Hash::sha256, key, text);
}

TEST(HmacSha256, is_the_one_of_the_library_for_keys_and_texts_of_every_length) {
  for (const std::size_t key : {0, 1, 31, 32, 63, 64, 65, 127, 128, 131, 1000}) {
    const std::string secret(key, 'k');
    const HmacSha256 ours(secret);
    for (std::size_t size = 0; size < 200; ++size) {
      const std::string text(size, 't');
      ASSERT_EQ(of(ours, text), hmac_of(secret, text)) << key << ' ' << size;
    }
  }
}

TEST(HmacSha256, one_key_signs_one_text_after_another) {
  const HmacSha256 hmac("key");
  const std::string first = of(hmac, "a");
  EXPECT_NE(of(hmac, "b"), first);
  EXPECT_EQ(of(hmac, "a"), first);
}

}  // namespace
}  // namespace gatehouse::crypto

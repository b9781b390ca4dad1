#include "crypto/known_secret.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::crypto {
namespace {

TEST(KnownSecret, what_documents_print_and_people_leave_there_is_nobodys_secret) {
  for (const std::string_view secret :
       {"", "secret", "change-me", "changeme", "your-256-bit-secret", "your-secret-key",
        "super-secret-key", "admin", "token", "12345678901234567890123456789012",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "<the document prints a live secret here; left out: never reuse it>"})
    EXPECT_TRUE(is_known_secret(secret)) << secret;
}

TEST(KnownSecret, another_text_is_one) {
  EXPECT_FALSE(is_known_secret("change-me-too"));
  EXPECT_FALSE(is_known_secret(std::string(32, '\0')));
}

}  // namespace
}  // namespace gatehouse::crypto

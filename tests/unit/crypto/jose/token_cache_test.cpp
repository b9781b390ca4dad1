#include "crypto/jose/token_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::crypto::jose {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

// What the cache knows: the value, the fault's word, or "-".
std::string known(TokenCache& cache, std::string_view token, std::uint64_t context,
                  std::int64_t now = kNow) {
  const auto found = cache.find(token, context, now);
  if (!found) return "-";
  return found->refused ? std::string(word(*found->refused)) : std::string(found->value);
}

TEST(TokenCache, what_was_kept_is_known_for_its_context_until_it_dies) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.keep("ann", kNow + 60, kNow);
  EXPECT_EQ(known(cache, "token", 1), "ann");
  EXPECT_EQ(known(cache, "token", 1, kNow + 59), "ann");
  EXPECT_EQ(known(cache, "token", 1, kNow + 60), "-");
  EXPECT_EQ(cache.hits(), 2U);
}

TEST(auth, J33_a_token_of_a_lax_route_is_unknown_to_a_strict_one) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.keep("ann", kNow + 60, kNow);
  EXPECT_EQ(known(cache, "token", 2), "-");  // other rules, or the same after a rotation
  EXPECT_EQ(known(cache, "token", 1), "ann");
}

TEST(auth, J33_tokens_that_begin_alike_are_different_tokens) {
  TokenCache cache;
  const std::string begin(300, 't');
  const std::string token = begin + "a";
  EXPECT_EQ(known(cache, token, 1), "-");
  cache.keep("ann", kNow + 60, kNow);
  for (const auto& other :
       {begin + "b", begin, begin + "a ", begin + "aa", std::string("t") + begin + "a"}) {
    EXPECT_EQ(known(cache, other, 1), "-");
  }
}

TEST(auth, J33_a_refusal_is_forgotten_after_ten_seconds_and_with_other_keys) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.refuse(TokenFault::unknown_key, kNow);
  EXPECT_EQ(known(cache, "token", 1, kNow + 9), "unknown_key");
  EXPECT_EQ(known(cache, "token", 2), "-");  // the key arrived
  EXPECT_EQ(known(cache, "token", 1, kNow + 10), "-");
}

TEST(TokenCache, nothing_lives_longer_than_five_minutes_and_what_is_dead_is_not_kept) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.keep("ann", kNow + 100'000, kNow);
  EXPECT_EQ(known(cache, "token", 1, kNow + 299), "ann");
  EXPECT_EQ(known(cache, "token", 1, kNow + 300), "-");
  cache.keep("ann", kNow - 1, kNow);
  EXPECT_EQ(known(cache, "token", 1), "-");
}

TEST(TokenCache, failing_to_check_is_no_refusal) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.refuse(TokenFault::not_checked, kNow);
  EXPECT_EQ(known(cache, "token", 1), "-");
}

TEST(TokenCache, many_tokens_take_no_more_room_and_refusals_none_of_theirs) {
  TokenCache cache;
  for (int i = 0; i < 500; ++i) {
    const std::string token = "good" + std::to_string(i);
    known(cache, token, 1);
    cache.keep(std::to_string(i), kNow + 60, kNow);
  }
  for (int i = 0; i < 100'000; ++i) {
    const std::string token = "bad" + std::to_string(i);
    known(cache, token, 1);
    cache.refuse(TokenFault::bad_signature, kNow);
  }
  int kept = 0;
  for (int i = 0; i < 500; ++i)
    kept += known(cache, "good" + std::to_string(i), 1) == std::to_string(i) ? 1 : 0;
  EXPECT_GT(kept, 480);
}

TEST(TokenCache, without_room_a_token_is_kept_that_comes_twice) {
  TokenCache cache;
  const auto kept = [&](const std::string& token) {
    known(cache, token, 1);
    cache.keep("ann", kNow + 60, kNow);
    return known(cache, token, 1) == "ann";
  };
  for (int i = 0; i < 50'000; ++i) kept("once" + std::to_string(i));
  const std::string newcomer = "a newcomer";
  EXPECT_FALSE(kept(newcomer));
  EXPECT_TRUE(kept(newcomer));
  EXPECT_TRUE(cache.wants(kNow));
}

TEST(TokenCache, a_value_that_is_too_large_is_not_kept) {
  TokenCache cache;
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.keep(std::string(2049, 'x'), kNow + 60, kNow);
  EXPECT_EQ(known(cache, "token", 1), "-");
  cache.keep(std::string(2048, 'x'), kNow + 60, kNow);
  EXPECT_EQ(known(cache, "token", 1).size(), 2048U);
}

}  // namespace
}  // namespace gatehouse::crypto::jose

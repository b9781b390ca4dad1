#include "observe/access_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

TEST(AccessRing, gives_back_what_was_pushed) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  ASSERT_TRUE(ring.push(typical_record()));
  AccessRecord r;
  ASSERT_TRUE(ring.front(r));
  const AccessRecord expected = typical_record();
#define ACCESS_TIME(word, meaning) EXPECT_EQ(r.word, expected.word);
#define ACCESS_TEXT(word, longest, meaning) EXPECT_EQ(r.word, expected.word);
#define ACCESS_WORD(word, type, meaning) EXPECT_EQ(r.word, expected.word);
#define ACCESS_NUMBER(word, type, absent, meaning) EXPECT_EQ(r.word, expected.word);
#define ACCESS_COUNT(word, type, meaning) EXPECT_EQ(r.word, expected.word);
#include "observe/access_field.def"
  EXPECT_EQ(r.cut, 0u);
  ring.pop();
  EXPECT_FALSE(ring.front(r));
}

TEST(AccessRing, cuts_long_values_and_says_which) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  AccessRecord in;
  const std::string agent(3000, 'a');
  in.user_agent = agent;
  in.path = "/short";
  ASSERT_TRUE(ring.push(in));
  AccessRecord out;
  ASSERT_TRUE(ring.front(out));
  EXPECT_EQ(out.user_agent, agent.substr(0, 2048));
  EXPECT_TRUE(out.is_cut(AccessText::user_agent));
  EXPECT_FALSE(out.is_cut(AccessText::path));
}

TEST(AccessRing, never_cuts_through_a_character) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  for (std::size_t before = 2044; before <= 2048; ++before) {
    const std::string agent = std::string(before, 'a') + "\xF0\x9F\x98\x80" + std::string(9, 'b');
    AccessRecord in;
    in.user_agent = agent;
    ASSERT_TRUE(ring.push(in));
    AccessRecord out;
    ASSERT_TRUE(ring.front(out));
    EXPECT_EQ(out.user_agent, agent.substr(0, before == 2044 ? 2048 : before));
    ring.pop();
  }
}

TEST(AccessRing, drops_and_counts_when_full_and_goes_on_when_there_is_room) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  std::uint64_t kept = 0;
  while (ring.push(typical_record())) ++kept;
  EXPECT_GT(kept, 64u * 1024 / 1000);
  EXPECT_FALSE(ring.push(typical_record()));
  EXPECT_EQ(ring.dropped(), 2u);
  AccessRecord r;
  for (int i = 0; i < 2; ++i) {  // the second makes room at the start of the ring
    ASSERT_TRUE(ring.front(r));
    ring.pop();
  }
  EXPECT_TRUE(ring.push(typical_record()));
  EXPECT_EQ(ring.dropped(), 2u);
}

TEST(AccessRing, keeps_order_across_its_end_between_two_threads) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  constexpr std::uint64_t kRecords = 20'000;
  const std::string text(300, 'x');
  std::thread worker([&] {
    for (std::uint64_t i = 1; i <= kRecords;) {
      AccessRecord r;
      r.connection = i;
      r.path = std::string_view(text).substr(0, i % 300);
      if (ring.push(r)) ++i;
    }
  });
  for (std::uint64_t i = 1; i <= kRecords;) {
    AccessRecord r;
    if (!ring.front(r)) continue;
    ASSERT_EQ(r.connection, i);
    ASSERT_EQ(r.path.size(), i % 300);
    ring.pop();
    ++i;
  }
  worker.join();
}

TEST(AccessBell, rings_only_for_a_sleeper) {
  AccessBell bell;
  AccessRing ring(64_KiB, bell);
  ASSERT_TRUE(ring.push(typical_record()));
  EXPECT_EQ(bell.wakes(), 0u);
  bell.announce_sleep();
  ASSERT_TRUE(ring.push(typical_record()));
  ASSERT_TRUE(ring.push(typical_record()));
  EXPECT_EQ(bell.wakes(), 1u);
  bell.sleep();  // returns at once
}

}  // namespace
}  // namespace gatehouse::observe

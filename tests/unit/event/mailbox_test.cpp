#include "event/mailbox.h"

#include <gtest/gtest.h>

#include "event/loop.h"
#include "event/thread.h"

namespace gatehouse::event {
namespace {

TEST(Mailbox, runs_messages_of_another_thread_in_order) {
  SystemClock clock;
  Loop loop(clock);
  Mailbox mailbox(loop);
  std::vector<int> seen;
  Thread sender("sender", [&] {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(mailbox.post([&seen, i] { seen.push_back(i); }));
    ASSERT_TRUE(mailbox.post([&loop] { loop.stop(); }));
  });
  loop.run();
  ASSERT_EQ(seen.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST(Mailbox, wakes_once_for_a_burst) {
  SystemClock clock;
  Loop loop(clock);
  Mailbox mailbox(loop);
  int ran = 0;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(mailbox.post([&ran] { ++ran; }));
  loop.turn(true);
  EXPECT_EQ(ran, 50);
  EXPECT_EQ(mailbox.wakes(), 1u);
}

TEST(Mailbox, refuses_and_counts_when_full) {
  SystemClock clock;
  Loop loop(clock);
  Mailbox mailbox(loop, 2);
  EXPECT_TRUE(mailbox.post([] {}));
  EXPECT_TRUE(mailbox.post([] {}));
  EXPECT_FALSE(mailbox.post([] {}));
  EXPECT_EQ(mailbox.refused(), 1u);
}

}  // namespace
}  // namespace gatehouse::event

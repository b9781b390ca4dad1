#include "exchange/wait.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace gatehouse::exchange {
namespace {

struct Waiter final : Waiting {
  [[nodiscard]] Exchange& waiting_exchange() override { std::abort(); }  // nobody asks here
  void on_resume(Verdict verdict) override {
    ++resumed;
    last = verdict;
    if (then) then();
  }
  int resumed = 0;
  Verdict last = Verdict::pass();
  std::function<void()> then;
};

TEST(WaitTable, hands_a_verdict_to_who_waits) {
  WaitTable table;
  Waiter waiter;
  const Ticket ticket = table.open(waiter);
  EXPECT_EQ(table.open_count(), 1u);
  EXPECT_TRUE(table.resume(ticket, Verdict::answer(403, Reason::denied)));
  EXPECT_EQ(waiter.resumed, 1);
  EXPECT_EQ(waiter.last.status, 403);
  EXPECT_EQ(table.open_count(), 0u);
}

TEST(WaitTable, counts_a_resume_that_comes_too_late_and_does_nothing) {
  WaitTable table;
  Waiter waiter;
  const Ticket resumed = table.open(waiter);
  EXPECT_TRUE(table.resume(resumed, Verdict::pass()));
  const Ticket closed = table.open(waiter);
  table.close(closed);
  table.close(closed);
  EXPECT_FALSE(table.resume(resumed, Verdict::pass()));
  EXPECT_FALSE(table.resume(closed, Verdict::pass()));
  EXPECT_FALSE(table.resume(Ticket{77, 0}, Verdict::pass()));
  EXPECT_EQ(waiter.resumed, 1);
  EXPECT_EQ(table.late(), 3u);
}

TEST(WaitTable, tells_a_place_that_is_used_again_from_what_it_was) {
  WaitTable table;
  Waiter before;
  Waiter after;
  const Ticket old = table.open(before);
  table.close(old);
  const Ticket fresh = table.open(after);
  EXPECT_EQ(fresh.index, old.index);
  EXPECT_FALSE(table.resume(old, Verdict::pass()));
  table.close(old);
  EXPECT_EQ(after.resumed, 0);
  EXPECT_TRUE(table.resume(fresh, Verdict::pass()));
  EXPECT_EQ(after.resumed, 1);
}

TEST(WaitTable, lets_who_is_resumed_wait_again) {
  WaitTable table;
  Waiter waiter;
  Ticket next;
  waiter.then = [&] { next = table.open(waiter); };
  EXPECT_TRUE(table.resume(table.open(waiter), Verdict::pass()));
  waiter.then = nullptr;
  EXPECT_TRUE(table.resume(next, Verdict::pass()));
  EXPECT_EQ(waiter.resumed, 2);
}

TEST(WaitTable, keeps_many_waits_apart) {
  WaitTable table;
  std::vector<Waiter> waiters(100);
  std::vector<Ticket> tickets;
  for (auto& waiter : waiters) tickets.push_back(table.open(waiter));
  for (std::size_t i = 0; i < 100; i += 2) table.close(tickets[i]);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(table.resume(tickets[i], Verdict::pass()), i % 2 == 1);
    EXPECT_EQ(waiters[i].resumed, i % 2 == 1 ? 1 : 0);
  }
}

}  // namespace
}  // namespace gatehouse::exchange

// `pool:` of routes.yaml: how many connections there may be, who waits, what is kept.
#include "lib/pool.h"

namespace gatehouse::upstream {
namespace {

using test::Borrower;

class APool : public test::Pool {
 protected:
  // Both workers' pools of the group have its limits and its target.
  void share(const PoolLimits& limits, Group& other) {
    group_.set_limits(limits);
    other.set_limits(limits);
    has({{"10.0.0.1:80"}});
    other.begin_update();
    other.update("10.0.0.1:80", 1, 1, std::make_shared<TargetState>())
        .set_addresses({*net::Address::parse("10.0.0.1:80")});
    other.end_update();
  }
};

TEST_F(APool, opens_no_more_connections_than_it_may_and_lets_the_rest_wait_in_order) {
  group_.set_limits({.connections = 2});
  has({{"10.0.0.1:80"}});
  Borrower& first = borrows();
  borrows();
  Borrower& third = borrows();
  Borrower& fourth = borrows();
  EXPECT_EQ(group_.waiting(), 2u);
  EXPECT_EQ(metrics_.groups[0].queued.value(), 2u);
  is_done(first);
  EXPECT_NE(third.connection, nullptr);
  EXPECT_EQ(fourth.connection, nullptr);
  is_done(third);
  EXPECT_NE(fourth.connection, nullptr);
  EXPECT_EQ(group_.waiting(), 0u);
  EXPECT_EQ(net_.attempts, 2u);
}

TEST_F(APool, serves_who_waits_when_a_connection_breaks) {
  group_.set_limits({.connections = 1});
  has({{"10.0.0.1:80"}});
  Borrower& first = borrows();
  Borrower& second = borrows();
  net_.opened.front().far->resets();
  turns();
  EXPECT_EQ(word(first.reason), "target_reset");
  first.gives_back();
  turns();
  EXPECT_NE(second.connection, nullptr);
  EXPECT_EQ(net_.attempts, 2u);
}

TEST_F(APool, refuses_who_finds_the_queue_full) {
  group_.set_limits({.connections = 1, .queue = 1});
  has({{"10.0.0.1:80"}});
  borrows();
  Borrower& waits = borrows();
  EXPECT_EQ(word(borrows().reason), "pool_full");
  EXPECT_EQ(waits.reason, Reason::none);
  waits.gives_up();
  EXPECT_EQ(group_.waiting(), 0u);
  EXPECT_EQ(borrows().reason, Reason::none) << "there is room again";
}

TEST_F(APool, bounds_the_requests_of_each_target) {
  group_.set_limits({.per_target = 1});
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}});
  Borrower& first = borrows();
  borrows();
  EXPECT_EQ(connected(), "1 2");
  Borrower& third = borrows();
  EXPECT_EQ(third.connection, nullptr);
  is_done(first);
  ASSERT_NE(third.connection, nullptr);
  EXPECT_EQ(third.target->text(), "10.0.0.1:80") << "the one that has room";
}

TEST_F(APool, counts_a_connection_that_is_being_opened_among_its_targets_requests) {
  group_.set_limits({.per_target = 1});
  has({{"10.0.0.1:80"}});
  net_.greets = [](const std::string&) { return test::Greeting::never_answers; };
  borrows();
  borrows();
  EXPECT_EQ(net_.attempts, 1u);
  EXPECT_EQ(group_.waiting(), 1u);
}

TEST_F(APool, closes_a_neighbours_idle_connection_to_make_room) {
  group_.set_limits({.connections = 1});
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}});
  is_done(borrows());
  EXPECT_NE(borrows().connection, nullptr);
  EXPECT_EQ(connected(), "1 2");
  EXPECT_TRUE(net_.opened.front().far->saw_end());
}

TEST_F(APool, keeps_as_many_idle_connections_as_it_may_and_the_rest_for_a_second) {
  group_.set_limits({.idle = 2});
  has({{"10.0.0.1:80"}});
  for (int i = 0; i < 5; ++i) borrows();
  for (auto& borrower : borrowers_) is_done(borrower);
  EXPECT_EQ(group_.targets().front()->idle_count(), 5u);
  passes(Millis(900));
  EXPECT_EQ(group_.targets().front()->idle_count(), 5u) << "another burst may follow";
  passes(Millis(200));
  EXPECT_EQ(group_.targets().front()->idle_count(), 2u);
  EXPECT_EQ(open_connections(), 2u);
  EXPECT_EQ(metrics_.targets[0].idle.value(), 2);
}

TEST_F(APool, closes_what_was_idle_for_too_long) {
  group_.set_limits({.keep_alive = Millis(1000)});
  has({{"10.0.0.1:80"}});
  is_done(borrows());
  passes(Millis(990));
  EXPECT_EQ(open_connections(), 1u);
  passes(Millis(20));
  EXPECT_EQ(open_connections(), 0u);
}

TEST_F(APool, is_one_for_all_workers) {
  Group other(io_, net_, state_, metrics_, 1, 1, [](std::uint64_t) {});
  share({.connections = 1}, other);
  Borrower& mine = borrows();
  Borrower theirs(other);
  EXPECT_TRUE(theirs.asks().queued);
  turns();
  EXPECT_EQ(woken_, 0u);
  mine.gives_back();  // in the middle: it is closed
  turns();
  EXPECT_EQ(woken_, 2u) << "worker 1 waits";
  other.serve();
  turns();
  EXPECT_NE(theirs.connection, nullptr);
}

TEST_F(APool, gives_up_a_kept_connection_for_another_worker_that_may_open_none) {
  std::uint64_t asked = 0;
  Group other(io_, net_, state_, metrics_, 1, 1, [&](std::uint64_t workers) { asked |= workers; });
  share({.connections = 2}, other);
  Borrower& first = borrows();
  Borrower& second = borrows();
  is_done(first);
  Borrower theirs(other);
  Borrower theirs_too(other);
  EXPECT_TRUE(theirs.asks().queued);
  EXPECT_TRUE(theirs_too.asks().queued);
  turns();
  EXPECT_EQ(asked & 1, 1u) << "the worker that keeps one is asked for it";
  group_.serve();
  turns();
  EXPECT_EQ(open_connections(), 1u);
  EXPECT_EQ(woken_, 2u) << "and says that there is room";
  other.serve();
  turns();
  EXPECT_NE(theirs.connection, nullptr);
  EXPECT_EQ(theirs_too.connection, nullptr);

  is_done(second);  // what comes back now is not kept, either
  other.serve();
  turns();
  EXPECT_NE(theirs_too.connection, nullptr);
  EXPECT_EQ(group_.targets().front()->idle_count(), 0u);
}

TEST_F(APool, leaves_every_gauge_where_it_was) {
  group_.set_limits({.connections = 4, .idle = 1, .per_target = 2});
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}});
  for (int i = 0; i < 9; ++i) borrows();
  for (auto& borrower : borrowers_) {
    if (borrower.connection != nullptr) is_done(borrower);
  }
  borrowers_.clear();
  has({});
  turns();
  EXPECT_EQ(open_connections(), 0u);
  EXPECT_EQ(state_->connections.load(), 0u);
  EXPECT_EQ(state_->waiting_workers.load(), 0u);
  for (std::uint32_t slot : {0U, 1U}) {
    EXPECT_EQ(metrics_.targets[slot].in_flight.value(), 0);
    EXPECT_EQ(metrics_.targets[slot].idle.value(), 0);
    EXPECT_EQ(metrics_.targets[slot].connections.value(), 0);
  }
}

}  // namespace
}  // namespace gatehouse::upstream

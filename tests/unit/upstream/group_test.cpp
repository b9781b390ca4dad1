#include "upstream/group.h"

#include "lib/pool.h"

namespace gatehouse::upstream {
namespace {

using test::Borrower;
using test::Greeting;

class AGroup : public test::Pool {};

TEST_F(AGroup, takes_targets_of_one_weight_in_turn) {
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}, {"10.0.0.3:80"}});
  for (int i = 0; i < 7; ++i) borrows();
  EXPECT_EQ(connected(), "1 2 3 1 2 3 1");
}

// The sequence that nginx documents for 5:1:1.
TEST_F(AGroup, spreads_weights_smoothly_and_exactly) {
  has({{"10.0.0.1:80", 5}, {"10.0.0.2:80", 1}, {"10.0.0.3:80", 1}});
  for (int i = 0; i < 14; ++i) borrows();
  EXPECT_EQ(connected(), "1 1 2 1 3 1 1 1 1 2 1 3 1 1");
}

TEST_F(AGroup, keeps_to_its_weights_over_a_long_run) {
  has({{"10.0.0.1:80", 7}, {"10.0.0.2:80", 3}, {"10.0.0.3:80", 0}});
  for (int i = 0; i < 30; ++i) borrows();
  const std::string all = connected();
  EXPECT_EQ(std::count(all.begin(), all.end(), '1'), 21);
  EXPECT_EQ(std::count(all.begin(), all.end(), '2'), 9);
  EXPECT_EQ(std::count(all.begin(), all.end(), '3'), 0);
}

TEST_F(AGroup, lends_a_kept_connection_again) {
  has({{"10.0.0.1:80"}});
  Borrower& first = borrows();
  Connection* connection = first.connection;
  is_done(first);
  Borrower& second = borrows();
  EXPECT_EQ(second.connection, connection);
  EXPECT_TRUE(second.connection->reused());
  EXPECT_EQ(net_.attempts, 1u);
}

TEST_F(AGroup, passes_over_a_kept_connection_that_is_known_to_have_ended) {
  has({{"10.0.0.1:80"}});
  is_done(borrows());
  net_.opened.front().far->closes();
  turns();
  EXPECT_EQ(open_connections(), 0u);
  EXPECT_EQ(group_.targets().front()->busy_count(), 0u);
  EXPECT_NE(borrows().connection, nullptr);
  EXPECT_EQ(net_.attempts, 2u);
}

TEST_F(AGroup, never_keeps_a_connection_that_said_more_than_its_answer) {
  has({{"10.0.0.1:80"}});
  Borrower& borrower = borrows();
  borrower.sends();
  turns();
  net_.opened.front().far->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK");
  turns();
  borrower.gives_back();
  turns();
  EXPECT_EQ(open_connections(), 0u);
}

TEST_F(AGroup, tells_which_target_refused) {
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}});
  net_.greets = [](const std::string& address) {
    return address == "10.0.0.1:80" ? Greeting::refuses : Greeting::accepts;
  };
  Borrower& borrower = borrows();
  EXPECT_EQ(word(borrower.reason), "target_unreachable");
  ASSERT_NE(borrower.target, nullptr);
  EXPECT_EQ(borrower.target->text(), "10.0.0.1:80");
  EXPECT_EQ(borrows(borrower.target).target->text(), "10.0.0.2:80");
  EXPECT_EQ(open_connections(), 1u);
}

TEST_F(AGroup, avoids_a_target_only_while_there_is_another) {
  has({{"10.0.0.1:80"}});
  EXPECT_EQ(borrows(group_.targets().front().get()).target->text(), "10.0.0.1:80");
}

TEST_F(AGroup, of_names_without_addresses_says_so) {
  has({{"10.0.0.1:80"}});
  group_.targets().front()->set_addresses({});
  EXPECT_EQ(word(borrows().reason), "target_unresolved");
  has({});
  EXPECT_EQ(word(borrows().reason), "no_target");
}

TEST_F(AGroup, takes_the_addresses_of_a_name_in_turn) {
  has({{"10.0.0.1:80"}});
  group_.targets().front()->set_addresses(
      {*net::Address::parse("10.0.0.8:80"), *net::Address::parse("10.0.0.9:80")});
  for (int i = 0; i < 4; ++i) borrows();
  EXPECT_EQ(connected(), "8 9 8 9");
}

TEST_F(AGroup, lets_busy_connections_of_a_retired_target_finish) {
  has({{"10.0.0.1:80"}, {"10.0.0.2:80"}});
  Borrower& busy = borrows();
  is_done(borrows());
  EXPECT_EQ(open_connections(), 2u);
  has({});
  turns();
  EXPECT_EQ(open_connections(), 1u) << "the idle one has gone";
  EXPECT_FALSE(group_.quiet());
  is_done(busy);
  EXPECT_EQ(open_connections(), 0u);
  EXPECT_TRUE(group_.quiet());
}

TEST_F(AGroup, opens_no_more_than_a_few_at_once_before_it_waits_for_one_to_come_back) {
  has({{"10.0.0.1:80"}});
  for (int i = 0; i < 32; ++i) EXPECT_NE(borrows().connection, nullptr);
  Borrower& late = borrows();
  EXPECT_EQ(late.connection, nullptr);
  passes(Millis(1));
  is_done(borrowers_.front());
  EXPECT_NE(late.connection, nullptr) << "it got the one that came back";
  EXPECT_EQ(net_.attempts, 32u);
}

TEST_F(AGroup, of_a_slow_target_waits_two_milliseconds) {
  has({{"10.0.0.1:80"}});
  for (int i = 0; i < 33; ++i) borrows();
  passes(Millis(4));
  EXPECT_NE(borrowers_.back().connection, nullptr) << "patience has an end";
  is_done(borrowers_.front());
  borrows();
  Borrower& next = borrows();
  passes(Millis(4));
  EXPECT_NE(next.connection, nullptr) << "the answer took longer than patience lasts";
  EXPECT_EQ(net_.attempts, 34u);
}

TEST_F(AGroup,
       of_a_quick_target_opens_another_when_one_comes_back_and_more_have_waited_long_enough) {
  has({{"10.0.0.1:80"}});
  Borrower& one = borrows();
  Borrower& two = borrows();
  for (int i = 2; i < 32; ++i) borrows();
  is_done(one);
  borrows();
  Borrower& first = borrows();
  Borrower& second = borrows();
  passes(Millis(4));
  EXPECT_EQ(first.connection, nullptr) << "another will be back soon";
  is_done(two);
  EXPECT_NE(first.connection, nullptr);
  EXPECT_NE(second.connection, nullptr);
  EXPECT_EQ(net_.attempts, 33u);
}

TEST_F(AGroup, of_a_quick_target_that_stopped_opens_another_in_the_end) {
  has({{"10.0.0.1:80"}});
  for (int i = 0; i < 32; ++i) borrows();
  is_done(borrowers_.front());
  borrows();
  Borrower& late = borrows();
  passes(Millis(20));
  EXPECT_EQ(late.connection, nullptr);
  passes(Millis(15));
  EXPECT_NE(late.connection, nullptr);
}

TEST_F(AGroup, forgets_who_gives_up) {
  has({{"10.0.0.1:80"}});
  net_.greets = [](const std::string&) { return Greeting::accepts; };
  Borrower gone(group_);
  gone.asks();
  gone.gives_up();
  turns();
  EXPECT_EQ(gone.connection, nullptr);
  EXPECT_EQ(group_.targets().front()->idle_count(), 1u) << "what was opened for it is kept";
  EXPECT_EQ(group_.targets().front()->busy_count(), 0u);
}

}  // namespace
}  // namespace gatehouse::upstream

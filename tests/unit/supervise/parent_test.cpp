#include "supervise/parent.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "supervise/serving_process.h"

namespace gatehouse::supervise {
namespace {

struct Seen final : ParentUser {
  void on_reload() override { words += "reload "; }
  void on_drain() override { words += "drain "; }
  void on_stop_now() override { words += "stop_now "; }
  void on_rotate_logs() override { words += "rotate_logs "; }
  void on_orphaned() override { words += "orphaned "; }
  std::string words;
};

// A parent whose supervisor is this test.
class ParentOf : public ::testing::Test {
 protected:
  void says(const Message& message) { ASSERT_TRUE(supervisor_.send(message)); }

  std::pair<Channel, Channel> ends_ = Channel::make_pair().value();
  Channel& supervisor_ = ends_.first;
  SystemClock clock_;
  event::Loop loop_{clock_};
  Seen seen_;
  Parent parent_{std::move(ends_.second)};
};

TEST_F(ParentOf, a_restarted_process_learns_what_is_held) {
  const int sockets[] = {0, 1};
  ASSERT_TRUE(supervisor_.send(Sockets{"a", "unix:/a", "unix:/a"}, sockets));
  says(Begin{3});
  ASSERT_TRUE(parent_.begin());
  EXPECT_EQ(parent_.restarts(), 3u);
  ASSERT_EQ(parent_.held().size(), 1u);
  EXPECT_EQ(parent_.held().front().sockets.size(), 2u);
}

TEST_F(ParentOf, a_restarted_process_learns_what_its_predecessor_left) {
  const std::string left(100'000, 'x');
  ASSERT_TRUE(parent_.bequeath(left));
  auto received = supervisor_.receive();
  ASSERT_TRUE(received && *received);
  ASSERT_EQ((*received)->descriptors.size(), 1u);
  const int file[] = {(*received)->descriptors.front().get()};
  for (int restart = 0; restart < 2; ++restart) {
    ASSERT_TRUE(supervisor_.send(Legacy{}, file));
    says(Begin{1});
    ASSERT_TRUE(parent_.begin());
    EXPECT_EQ(parent_.legacy(), left);
  }
}

TEST_F(ParentOf, a_process_adds_new_sockets_to_those_it_has) {
  const int one[] = {0};
  ASSERT_TRUE(supervisor_.send(Sockets{"a", "unix:/a", "unix:/a"}, one));
  ASSERT_TRUE(parent_.open_listener({"a", "unix:/a"}));
  ASSERT_TRUE(supervisor_.send(Sockets{"a", "unix:/a", "unix:/a"}, one));
  const auto held = parent_.open_listener({"a", "unix:/a"});
  ASSERT_TRUE(held);
  EXPECT_EQ((*held)->sockets.size(), 2u);
  parent_.close_listener("b", "unix:/a");
  EXPECT_EQ(parent_.held().size(), 1u);
  parent_.close_listener("a", "unix:/a");
  EXPECT_TRUE(parent_.held().empty());
}

// No descriptor can be opened while it lives.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ParentOf, a_process_that_cannot_take_sockets_says_how_many_it_has) {
  parent_.attach(loop_, seen_);
  const int more[] = {0, 0};
  ASSERT_TRUE(supervisor_.send(Sockets{"a", "unix:/a", "unix:/a"}, std::span(more, 1)));
  ASSERT_TRUE(parent_.open_listener({"a", "unix:/a"}));
  ASSERT_TRUE(supervisor_.send(Sockets{"a", "unix:/a", "unix:/a"}, more));
  {
    const NoDescriptorsLeft here;
    const auto lost = parent_.open_listener({"a", "unix:/a", 3});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, EMFILE);
  }
  for (int asked = 0; asked < 2; ++asked) ASSERT_TRUE(supervisor_.receive());
  const auto said = supervisor_.receive();
  ASSERT_TRUE(said && *said);
  const auto* arrived = std::get_if<Arrived>(&(*said)->message);
  ASSERT_NE(arrived, nullptr);
  EXPECT_EQ(arrived->address, "unix:/a");
  EXPECT_EQ(arrived->count, 1u);
}

TEST_F(ParentOf, a_process_learns_why_it_may_not_listen) {
  says(Refused{"listen on :80", EACCES, "be root"});
  const auto refused = parent_.open_listener({"a", ":80"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(), "listen on :80: Permission denied (13); be root");
}

TEST_F(ParentOf, a_process_hears_a_command_from_the_loop_although_it_came_while_it_asked) {
  parent_.attach(loop_, seen_);
  says(Command{Command::reload});
  says(Refused{"no", 1, ""});
  EXPECT_FALSE(parent_.open_listener({"a", ":80"}));
  EXPECT_EQ(seen_.words, "");
  loop_.turn(true);
  EXPECT_EQ(seen_.words, "reload ");
}

TEST_F(ParentOf, a_process_hears_commands_that_came_before_it_had_a_loop) {
  says(Command{Command::rotate_logs});
  says(Begin{});
  ASSERT_TRUE(parent_.begin());
  parent_.attach(loop_, seen_);
  loop_.turn(true);
  EXPECT_EQ(seen_.words, "rotate_logs ");
}

TEST_F(ParentOf, an_orphan_says_so_once) {
  parent_.attach(loop_, seen_);
  says(Command{Command::drain});
  supervisor_.close();
  while (seen_.words != "drain orphaned ") loop_.turn(true);
  loop_.turn(false);
  EXPECT_EQ(seen_.words, "drain orphaned ");
  EXPECT_EQ(parent_.open_listener({"a", ":80"}).error().code, EPIPE);
}

TEST(Parent, is_missing_in_a_process_that_no_supervisor_started) {
  for (const char* text : {"", "3", "3:", ":3", "x:1", "3:1x", "9999:1"}) {
    ::setenv(kParentVariable, text, 1);
    EXPECT_FALSE(Parent::adopt()) << text;
  }
  ::unsetenv(kParentVariable);
  EXPECT_FALSE(Parent::adopt());
}

}  // namespace
}  // namespace gatehouse::supervise

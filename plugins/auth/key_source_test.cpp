#include "key_source.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

using std::chrono::milliseconds;

std::string set_of(std::string_view kid) {
  return R"({"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":")" + std::string(kid) +
         R"(","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
}

// A server that answers when it is told to, and what it led to.
class Server {
 public:
  explicit Server(KeySchedule::Rules times = {}) : times_(times) {}
  KeySource::Calls calls() {
    return {[this] { return get(); }, [this] { stop(); },
            [this](const auto& keys) {
              const std::lock_guard lock(lock_);
              kids_ += keys.empty() ? "-" : keys.front().kid();
            },
            [this](bool, const std::string& text) {
              const std::lock_guard lock(lock_);
              said_ += text + "\n";
            }};
  }
  KeySource::Rules rules() { return {times_, {}, "keys"}; }

  void answers(Downloaded what) {
    const std::lock_guard lock(lock_);
    answers_.push_back(std::move(what));
    change_.notify_all();
  }
  // What was taken, one kid behind the other; "-": nothing any more.
  std::string kids() {
    const std::lock_guard lock(lock_);
    return kids_;
  }
  std::string said() {
    const std::lock_guard lock(lock_);
    return said_;
  }
  void waits_for_fetch(unsigned count) {
    std::unique_lock lock(lock_);
    change_.wait(lock, [&] { return begun_ >= count; });
  }
  unsigned begun() {
    const std::lock_guard lock(lock_);
    return begun_;
  }

 private:
  Downloaded get() {
    std::unique_lock lock(lock_);
    ++begun_;
    change_.notify_all();
    change_.wait(lock, [&] { return stopped_ || !answers_.empty(); });
    if (stopped_) return {"stopped", {}, {}};
    Downloaded out = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return out;
  }
  void stop() {
    const std::lock_guard lock(lock_);
    stopped_ = true;
    change_.notify_all();
  }
  KeySchedule::Rules times_;
  std::mutex lock_;
  std::condition_variable change_;
  std::vector<Downloaded> answers_;
  std::string kids_, said_;
  unsigned begun_ = 0;
  bool stopped_ = false;
};

void wait_for_round(const KeySource& source, std::uint64_t round) {
  while (source.rounds() < round) std::this_thread::yield();
}

TEST(KeySource, a_set_is_fetched_at_once_and_counts_from_then_on) {
  Server server;
  KeySource source(server.rules(), server.calls());
  EXPECT_TRUE(source.is_missing());
  server.answers({{}, set_of("one"), {}});
  wait_for_round(source, 1);
  EXPECT_FALSE(source.is_missing());
  EXPECT_EQ(server.kids(), "one");
  EXPECT_EQ(source.known().text, set_of("one"));
}

TEST(KeySource, many_who_ask_wait_for_one_fetch) {
  Server server;
  KeySource source(server.rules(), server.calls());
  server.waits_for_fetch(1);
  for (int n = 0; n < 100; ++n) EXPECT_TRUE(source.ask(source.rounds()));
  server.answers({{}, set_of("one"), {}});
  wait_for_round(source, 1);
  EXPECT_TRUE(source.ask(0));  // the fetch has ended since
  EXPECT_EQ(server.begun(), 1U);
  EXPECT_TRUE(source.ask(source.rounds()));
  server.waits_for_fetch(2);
  server.answers({{}, set_of("two"), {}});
  wait_for_round(source, 2);
  EXPECT_FALSE(source.ask(source.rounds()));
  EXPECT_EQ(server.kids(), "onetwo");
}

TEST(KeySource, J32_what_is_no_good_set_changes_nothing) {
  Server server;
  KeySource source(server.rules(), server.calls());
  server.answers({{}, set_of("one"), {}});
  wait_for_round(source, 1);
  ASSERT_TRUE(source.ask(source.rounds()));
  server.answers({{}, R"({"keys":[]})", {}});
  wait_for_round(source, 2);
  EXPECT_EQ(source.failures(), 1U);
  EXPECT_FALSE(source.is_missing());
  EXPECT_EQ(server.kids(), "one");
  EXPECT_EQ(server.said(), "keys: no key set: a key set without a key that is of use\n");
}

TEST(KeySource, the_same_set_again_forgets_nothing_that_was_verified) {
  Server server({milliseconds(1), milliseconds(1), std::chrono::hours(1)});
  KeySource source(server.rules(), server.calls());
  for (int n = 1; n < 4; ++n) {
    server.answers({{}, set_of("one"), {}});
    wait_for_round(source, static_cast<std::uint64_t>(n));
  }
  EXPECT_EQ(server.kids(), "one");
}

TEST(KeySource, a_set_that_is_too_old_is_dropped) {
  Server server({milliseconds(1), milliseconds(1), milliseconds(20)});
  KeySource source(server.rules(), server.calls());
  server.answers({{}, set_of("one"), {}});
  server.answers({"status 500", {}, {}});
  while (server.kids() != "one-") std::this_thread::yield();
  EXPECT_TRUE(source.is_missing());
}

TEST(KeySource, a_new_configuration_goes_on_with_the_set_of_the_old_one) {
  Server old_server;
  KeySource before(old_server.rules(), old_server.calls());
  old_server.answers({{}, set_of("one"), {}});
  wait_for_round(before, 1);
  Server server;
  KeySource source(server.rules(), server.calls());
  source.take_over(before.known());
  EXPECT_FALSE(source.is_missing());
  EXPECT_EQ(server.kids(), "one");
}

TEST(KeySource, the_end_waits_for_no_server) {
  Server server;
  const KeySource source(server.rules(), server.calls());
  server.waits_for_fetch(1);
}

}  // namespace
}  // namespace auth

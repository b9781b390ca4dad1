#include "event/watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

#include "event/loop.h"

namespace gatehouse::event {
namespace {

class Throwing final : public Watcher {
 public:
  void on_ready(bool, bool) override { throw std::runtime_error("it makes no sense"); }
  void on_exception() noexcept override {
    ++given_up;
    watch.close();
  }
  Watch watch;
  int given_up = 0;
};

TEST(Watch, what_throws_is_given_up_and_told) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  SystemClock clock;
  Loop loop(clock);
  Throwing throwing;
  throwing.watch.open(loop, ends[0], throwing);
  testing::internal::CaptureStderr();
  loop.turn(true);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(throwing.given_up, 1);
  EXPECT_NE(told.find("an exception ended a connection: it makes no sense"), std::string::npos)
      << told;
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace gatehouse::event

#include "event/timer.h"

#include <gtest/gtest.h>

#include <vector>

#include "event/loop.h"

namespace gatehouse::event {
namespace {

using namespace std::chrono_literals;

struct Recorder : Timer {
  Recorder(Loop& l, std::vector<int>& o, int i)
      : Timer([](Timer& t) {
          auto& self = static_cast<Recorder&>(t);
          self.order.push_back(self.id);
        }),
        loop(l),
        order(o),
        id(i) {}
  Loop& loop;
  std::vector<int>& order;
  int id;
};

TEST(Timers, fire_in_the_order_of_their_deadlines) {
  SystemClock clock;
  Loop loop(clock);
  std::vector<int> order;
  Recorder late(loop, order, 2), early(loop, order, 1);
  loop.timers().arm(late, Micros(60ms));
  loop.timers().arm(early, Micros(10ms));
  while (order.size() < 2) loop.turn(true);
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(Timers, a_cancelled_timer_does_not_fire) {
  SystemClock clock;
  Loop loop(clock);
  std::vector<int> order;
  Recorder gone(loop, order, 1), stays(loop, order, 2);
  loop.timers().arm(gone, Micros(10ms));
  loop.timers().arm(stays, Micros(40ms));
  gone.cancel();
  while (order.empty()) loop.turn(true);
  EXPECT_EQ(order, (std::vector{2}));
}

TEST(Timers, moving_a_deadline_later_or_earlier_is_honoured) {
  SystemClock clock;
  Loop loop(clock);
  std::vector<int> order;
  Recorder later(loop, order, 1), sooner(loop, order, 2);
  const Instant start = loop.now();
  loop.timers().arm(later, Micros(10ms));
  loop.timers().arm(later, Micros(80ms));
  loop.timers().arm(sooner, Micros(3s));
  loop.timers().arm(sooner, Micros(30ms));
  while (order.size() < 2) loop.turn(true);
  EXPECT_EQ(order, (std::vector{2, 1}));
  EXPECT_GE(loop.now() - start, Micros(80ms));
  EXPECT_LT(loop.now() - start, Micros(1s));
}

TEST(Timers, deadlines_beyond_the_near_wheel_fire_on_time) {
  SystemClock clock;
  Loop loop(clock);
  std::vector<int> order;
  Recorder far(loop, order, 1);
  const Instant start = loop.now();
  loop.timers().arm(far, Micros(2300ms));
  while (order.empty()) loop.turn(true);
  EXPECT_GE(loop.now() - start, Micros(2300ms));
  EXPECT_LT(loop.now() - start, Micros(2500ms));
}

TEST(Timers, a_destroyed_timer_is_forgotten) {
  SystemClock clock;
  Loop loop(clock);
  std::vector<int> order;
  Recorder stays(loop, order, 2);
  {
    Recorder gone(loop, order, 1);
    loop.timers().arm(gone, Micros(5ms));
  }
  loop.timers().arm(stays, Micros(20ms));
  while (order.empty()) loop.turn(true);
  EXPECT_EQ(order, (std::vector{2}));
}

}  // namespace
}  // namespace gatehouse::event

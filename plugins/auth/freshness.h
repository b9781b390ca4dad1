// When a key set is fetched again.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace auth {

using Clock = std::chrono::steady_clock;

// How long an answer says that it is fresh, less the age that it has already (RFC 9111 4.2): 0 with
// no-store or no-cache, nothing if it does not say.
[[nodiscard]] std::optional<std::chrono::seconds> freshness_of(std::string_view cache_control,
                                                               std::string_view age);

// The times of one key set.  Pure: `now` is the caller's.
class KeySchedule {
 public:
  struct Rules {
    std::chrono::milliseconds least{60'000};      // of what an answer says, no less counts
    std::chrono::milliseconds most{3'600'000};    // and no more
    std::chrono::milliseconds stale{86'400'000};  // how long a set goes on without being renewed
  };
  // Between fetches that unknown keys ask for.
  static constexpr std::chrono::seconds kCoolDown{30};

  KeySchedule(Rules rules, Clock::time_point now) : rules_(rules), due_(now), dead_(now) {}

  // A fetch has ended well.  `jitter`: 0 to 1, so that many gateways do not come at once; the next
  // one is due after 0.8 of the time, less a tenth of that.
  void fetched(Clock::time_point now, std::optional<std::chrono::seconds> fresh, double jitter);
  // It has not: the next one is due after 5 s, then 10, up to a minute.
  void failed(Clock::time_point now, double jitter);
  // A key is unknown.  True: a fetch is due now.
  bool ask(Clock::time_point now);
  // A set is known from elsewhere since then.
  void take_over(Clock::time_point renewed) { dead_ = renewed + rules_.stale; }

  [[nodiscard]] Clock::time_point due() const { return due_; }
  // From then on the set is not believed any more.
  [[nodiscard]] Clock::time_point dead() const { return dead_; }

 private:
  Rules rules_;
  Clock::time_point due_;
  Clock::time_point dead_;
  std::optional<Clock::time_point> asked_;
  unsigned failures_ = 0;
};

}  // namespace auth

// One worker of a gateway without a network: a file's rules and steps as they run, on a clock, with
// targets and a Redis that a test speaks for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/spec.h"
#include "observe/access_ring.h"
#include "observe/metrics.h"
#include "proxy/worker.h"
#include "rehearsal/ask.h"
#include "rehearsal/given_identity.h"
#include "rehearsal/memory_net.h"
#include "rehearsal/own_calls.h"
#include "rehearsal/redis_double.h"
#include "rehearsal/target_doubles.h"
#include "snapshot/registry.h"

namespace gatehouse::rehearsal {

// Thread: its maker's; there is one at a time in a process, since what policies and plugins share
// is the process's.  While it lives the process's log goes to it.
class Stage {
 public:
  // `spec` has no errors.  Errors: a step that cannot start, as Mistake.
  explicit Stage(const config::Spec& spec);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage();

  // Sends the request and waits for its end.  What came of it: rule, verdict ("pass", or the reason
  // with which a step ended it), reason, status, headers, body, json; upstream, which is what the
  // target got (group, method, path, headers, body, json) or null; fetched, a list of such of what
  // steps asked; log, its lines.  Throws Mistake.
  [[nodiscard]] Json request(const Json& said);
  // As TargetDoubles::answers; the group is one of the file's.
  void answers(const std::string& group, const Json& said);
  // Sets the wall clock, "2026-11-27T09:00:00Z".  Throws Mistake.
  void set_clock(const std::string& time);
  // Time goes by.
  void passes(Millis time);
  [[nodiscard]] RedisDouble& redis() { return redis_; }

  // Turns, and lets time go by when nothing else moves, until it holds; false: it never will.
  bool until(const std::function<bool()>& holds);
  // Under which a test makes calls of its own.
  [[nodiscard]] exchange::Exchange& own_calls() { return own_calls_; }

 private:
  class Client;
  [[nodiscard]] std::shared_ptr<const snapshot::Snapshot> built(const config::Spec& spec);
  [[nodiscard]] std::shared_ptr<FarEnd> answering(const net::Address& address);
  void adopt(const std::shared_ptr<const snapshot::Snapshot>& next);
  bool turn();
  bool skip_to_next_timer();
  [[nodiscard]] Json outcome(const Message& answer);

  FakeClock clock_;
  observe::Metrics metrics_;
  snapshot::Registry registry_{metrics_};
  observe::AccessBell bell_;
  observe::AccessRing ring_{Bytes{1 << 20}, bell_};
  MemoryNet net_;
  TargetDoubles targets_;
  RedisDouble redis_{clock_};
  std::vector<std::string> groups_;  // by the address of their targets
  std::vector<std::string> log_;
  std::shared_ptr<GivenIdentity> identity_ = std::make_shared<GivenIdentity>();
  std::shared_ptr<const snapshot::Snapshot> as_it_is_;
  std::shared_ptr<const snapshot::Snapshot> with_identity_;
  std::shared_ptr<const snapshot::Snapshot> current_;
  std::unique_ptr<proxy::Worker> worker_;
  OwnCalls own_calls_;
};

}  // namespace gatehouse::rehearsal

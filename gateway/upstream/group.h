// A target group on one worker: which target is next, who waits, how many connections there may be.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"
#include "net/io_context.h"
#include "observe/metrics.h"
#include "upstream/target.h"

namespace gatehouse::upstream {

// `pool:` of routes.yaml.  Counts over all workers of the gateway, but `idle` and `queue`, which
// are each worker's.
struct PoolLimits {
  std::uint32_t connections = 0;  // 0: no bound
  std::uint32_t idle =
      256;  // kept; more stay for a second, since a burst that ends is often followed by another
  std::uint32_t per_target = 0;  // concurrent requests; 0: no bound
  std::uint32_t queue = 1000;
  Millis keep_alive{60000};
};

// What `lend` did.
struct Lent {
  Connection* connection = nullptr;  // at once
  Reason reason = Reason::none;      // or it failed; neither: the lessee will be told
  Target* target = nullptr;          // the one that was tried, if it came to that
  bool queued = false;               // every connection is busy
};

// Thread: its worker's.  Owns: its targets.
class Group final : private event::Deferred {
 public:
  // `metrics` is the worker's shard, `slot` the group's place in it.  `wake` tells the workers of
  // the mask that a connection became free; it may be empty (one worker).
  Group(net::IoContext& io, net::Connector& connector, std::shared_ptr<GroupState> state,
        observe::MetricsShard& metrics, std::uint32_t slot, unsigned worker,
        std::function<void(std::uint64_t)> wake);
  ~Group();

  void set_limits(const PoolLimits& limits) { limits_ = limits; }
  [[nodiscard]] const PoolLimits& limits() const { return limits_; }
  // Adds or re-weights; targets not named since `begin_update` retire at `end_update`.
  void begin_update();
  Target& update(const std::string& text, std::uint32_t slot, std::uint32_t weight,
                 std::shared_ptr<TargetState> state);
  void end_update();

  // Lends a connection to the next target in turn that has room, other than `avoid` if there is
  // another. Errors: no_target, target_unresolved, target_unreachable, pool_full. `connect`: how
  // long opening a connection may take.
  Lent lend(Lessee& lessee, const Target* avoid, Millis connect);
  // Serves who waits, at the end of the turn.
  void serve();
  [[nodiscard]] std::size_t waiting() const { return waiting_count_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Target>>& targets() const { return targets_; }
  // True when it holds no connection any more.
  [[nodiscard]] bool quiet() const;

 private:
  friend class Target;
  friend class Lessee;
  void run_deferred() override;
  enum class Outcome : std::uint8_t { done, full, patience };
  Target* choose(const Target* avoid, bool& unresolved);
  [[nodiscard]] bool has_room(const Target& target) const;
  bool reserve_connection();
  void release_connection();
  void on_free();
  // A connection kept on one worker is of no use to another, but counts: where there are as many as
  // there may be, who waits asks the other workers for one, and they close what they only keep.
  [[nodiscard]] bool at_bound() const;
  void ask_others();
  bool make_room();
  void trim_soon();
  Lent wait(Lessee& lessee);
  Lent try_lend(Lessee& lessee, const Target* avoid, Outcome& outcome);

  net::IoContext& io_;
  net::Connector& connector_;
  std::shared_ptr<GroupState> state_;
  observe::MetricsShard& metrics_;
  const std::uint32_t slot_;
  const std::uint64_t worker_bit_;
  std::function<void(std::uint64_t)> wake_;
  PoolLimits limits_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<Target*> named_;
  List<Lessee, Lessee> waiting_;
  std::size_t waiting_count_ = 0;
  std::size_t next_ = 0;
  struct Alarm : event::Timer {
    Alarm(Group& owner, Fire fire) : Timer(fire), group(owner) {}
    Group& group;
  };
  Alarm patience_;  // the first in the queue may open a connection
  Alarm trim_;      // idle connections beyond the limit were not needed for a while
  bool equal_weights_ = true;
};

}  // namespace gatehouse::upstream

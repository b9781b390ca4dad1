// One event loop with everything that it needs to serve: connections, exchanges, pools, the current
// snapshot.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "base/random.h"
#include "base/slab.h"
#include "event/loop.h"
#include "event/mailbox.h"
#include "http/date.h"
#include "http/outgoing.h"
#include "net/connector.h"
#include "net/io_context.h"
#include "net/listener.h"
#include "observe/access_ring.h"
#include "observe/metrics.h"
#include "proxy/connection.h"
#include "proxy/exchange_flow.h"
#include "routing/rule_table.h"
#include "snapshot/snapshot.h"
#include "upstream/group.h"

namespace gatehouse::proxy {

// A generation that exchanges of this worker hold on to; a plain count.
struct Pin {
  std::shared_ptr<const snapshot::Snapshot> snapshot;
  std::size_t count = 0;
};

// What a worker is given at start and keeps.
struct WorkerOptions {
  unsigned number = 0;
  const Clock* clock = nullptr;
  net::Connector* connector = nullptr;
  observe::MetricsShard* metrics = nullptr;
  observe::AccessRing* access = nullptr;  // null: no access log
  // Frees what a worker has let go of, on the control thread.
  std::function<void(std::shared_ptr<const void>)> dispose;
  // Tells the workers of a mask that a connection to a group may be free.
  std::function<void(std::uint64_t, std::uint32_t)> wake;
  std::uint64_t seed = 0;  // of its randomness; 0: the kernel's
};

// A descriptor that this worker accepts from.
struct Accepting {
  std::uint32_t listener_slot = 0;
  int fd = -1;  // stays the control thread's
};

// Thread: its own; `mailbox()` is how others reach it.
class Worker final : public net::AcceptUser, public exchange::Services {
 public:
  explicit Worker(WorkerOptions options);
  ~Worker();

  // Serves until `stop`.
  void run();
  [[nodiscard]] event::Mailbox& mailbox() { return mailbox_; }

  // The rest runs on the worker's thread.
  void adopt(std::shared_ptr<const snapshot::Snapshot> next);
  void set_addresses(std::uint32_t group_slot, const std::string& target,
                     const std::vector<net::Address>& addresses);
  void set_store_addresses(const std::string& text, const std::vector<net::Address>& addresses);
  void set_listeners(const std::vector<Accepting>& accepting);
  // Closes idle connections and lets busy ones finish; `done` is called when none is left.
  void drain(std::function<void()> done);
  void serve_group(std::uint32_t group_slot);
  void set_access(observe::AccessRing* ring) { options_.access = ring; }
  void stop() { loop_.stop(); }
  // A connection whose transport is made by `make` (tests: in memory).
  Connection& connect(
      std::uint32_t listener_slot, const net::IpAddress& peer,
      const std::function<std::unique_ptr<net::Transport>(net::TransportUser&)>& make);

  // For connections and exchanges.
  [[nodiscard]] net::IoContext& io() { return io_; }
  [[nodiscard]] event::Loop& loop() override { return loop_; }
  [[nodiscard]] const snapshot::ListenerView& listener(std::uint32_t slot) const {
    const auto& views = current_->snapshot->listener_by_slot;
    const snapshot::ListenerView* view = slot < views.size() ? views[slot] : nullptr;
    return view != nullptr ? *view : orphan_;
  }
  [[nodiscard]] upstream::Group* group(std::uint32_t slot) {
    return slot < groups_.size() ? groups_[slot].get() : nullptr;
  }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] exchange::WaitTable& waits() override { return waits_; }
  [[nodiscard]] exchange::Callee group_named(std::string_view name) override;
  [[nodiscard]] client::Redis* redis_named(std::string_view name) override {
    return name == "redis" ? redis_.get() : nullptr;
  }
  [[nodiscard]] routing::Scratch& match_scratch() { return match_scratch_; }
  [[nodiscard]] observe::WorkerMetrics& metrics() { return options_.metrics->worker; }
  [[nodiscard]] observe::MetricsShard& shard() { return *options_.metrics; }
  [[nodiscard]] observe::AccessRing* access() { return options_.access; }
  // The Date field of an answer made now.
  [[nodiscard]] http::ExtraField date() { return {date_.line(loop_.wall_us() / 1'000'000), 4}; }
  [[nodiscard]] std::uint64_t next_connection_id() {
    return ++connection_ids_ * 64 + options_.number;
  }
  [[nodiscard]] bool draining() const { return drained_ != nullptr; }

  [[nodiscard]] Active* make_active(Connection& connection) {
    return active_slab_.make(connection);
  }
  void destroy(Active& active) { active_slab_.destroy(&active); }
  // An exchange of `stream`, the `nth_request` of a client's connection.
  ExchangeFlow* make_exchange(exchange::Downstream& stream, std::uint32_t listener_slot,
                              const net::IpAddress& peer, std::uint64_t connection_id,
                              std::uint32_t nth_request);
  void destroy(ExchangeFlow& exchange);
  void destroy(Connection& connection);
  Pin* pin() {
    ++current_->count;
    return current_;
  }
  void unpin(Pin* pin);
  // The rule under its current generation, if its content is unchanged there; else as it was.
  std::shared_ptr<const snapshot::Rule> pin_rule(std::uint32_t listener_slot,
                                                 const snapshot::Rule* rule);
  void dispose(std::shared_ptr<const void> object) { options_.dispose(std::move(object)); }

  void on_accept(std::uint32_t listener_slot, int fd, const net::IpAddress& peer) override;
  void on_accept_pause() override { ++metrics().accept_pauses; }

 private:
  enum class Admission : std::uint8_t { refused, counted, counted_by_address };
  Admission admit(std::uint32_t listener_slot, const net::IpAddress& peer);
  void count_out(const Connection& connection);
  void note_turn();
  void start_steps();
  void stop_steps(bool all);
  void update_groups();
  void retire_groups();
  void update_redis();
  void check_drained();

  WorkerOptions options_;
  event::Loop loop_;
  event::Mailbox mailbox_;
  BufferPool buffers_;
  std::unique_ptr<net::IoScratch> scratch_;
  net::PipePool pipes_;
  net::SendBatch batch_;
  net::IoContext io_;
  Random random_;
  exchange::WaitTable waits_;
  routing::Scratch match_scratch_;
  http::DateCache date_;
  std::list<Pin> pins_;
  Pin* current_ = nullptr;
  snapshot::ListenerView orphan_;  // for the last exchanges of a listener that left the file
  std::vector<std::unique_ptr<upstream::Group>> groups_;
  std::vector<std::unique_ptr<upstream::Group>> retired_groups_;
  std::unique_ptr<client::Redis> redis_;
  std::uint64_t redis_content_ = 0;
  std::vector<std::unique_ptr<client::Redis>> retired_redis_;
  std::vector<std::shared_ptr<plugin::Step>> steps_;  // started here
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<std::shared_ptr<snapshot::ListenerState>> listener_states_;  // by slot
  Instant limit_logged_{};
  Slab<Connection> connection_slab_;
  Slab<Active> active_slab_;
  Slab<ExchangeFlow> exchange_slab_;
  List<Connection, Connection> connections_;
  List<ExchangeFlow, ExchangeFlow> exchanges_;
  std::uint64_t connection_ids_ = 0;
  std::function<void()> drained_;
};

}  // namespace gatehouse::proxy

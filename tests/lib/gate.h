// One worker of a gateway on a test's clock and connections: a file goes in, exchanges come out.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "lib/memory_net.h"
#include "lib/spec.h"
#include "lib/wire_message.h"
#include "observe/access_ring.h"
#include "proxy/worker.h"
#include "snapshot/build.h"
#include "snapshot/registry.h"

namespace gatehouse::test {

// The record of an exchange, kept.
struct Logged {
  Reason reason{};
  unsigned status = 0;
  unsigned target_status = 0;
  unsigned retries = 0;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t generation = 0;
  std::uint64_t connection = 0;
  std::string method, path, rule, target;
};

struct GateOptions {
  std::vector<std::shared_ptr<plugin::Step>> steps;  // of every rule
  std::unique_ptr<TestNet> net;                      // null: in memory
};

// Thread: the test's.
class Gate {
 public:
  explicit Gate(const std::string& file = kForward, GateOptions options = {})
      : net_(options.net != nullptr ? std::move(options.net) : std::make_unique<MemoryNet>()),
        steps_(std::move(options.steps)),
        worker_(std::make_unique<proxy::Worker>(
            proxy::WorkerOptions{.number = 0,
                                 .clock = &clock_,
                                 .connector = net_.get(),
                                 .metrics = &metrics_.shard(0),
                                 .access = &ring_,
                                 .dispose = [](std::shared_ptr<const void>) {},
                                 .wake = [](std::uint64_t, std::uint32_t) {},
                                 .seed = 7})) {
    reload(file);
  }

  // Builds on what is live, and is live when it returns.
  void reload(const std::string& file) { reload(spec_of(file)); }
  void reload(config::Spec spec) {
    auto next = snapshot::build(std::move(spec), live_.get(), registry_, steps_);
    next->generation = live_ == nullptr ? 1 : live_->generation + 1;
    live_ = next;
    worker_->adopt(next);
  }

  [[nodiscard]] std::shared_ptr<FarEnd> connects(const char* from = "192.0.2.7") {
    auto client = net_->connect_client(worker_->loop());
    worker_->connect(0, *net::IpAddress::parse(from), client.make);
    return client.far;
  }
  // The next connection to a target that the gateway opens.
  [[nodiscard]] std::shared_ptr<FarEnd> target() { return next_opened().far; }
  [[nodiscard]] Opened next_opened() {
    GH_CHECK(until([this] { return !net_->opened.empty(); }));
    Opened opened = net_->opened.front();
    net_->opened.pop_front();
    return opened;
  }

  // One turn of the loop.  False: nothing moved.
  bool turn() {
    const bool told = net_->step();
    if (worker_ != nullptr) worker_->loop().turn(false);
    return net_->pump() || told;
  }
  // Turns until it holds; false: it never does.
  template <typename Condition>
  bool until(Condition holds) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (unsigned still = 0; !holds();) {
      still = turn() ? 0 : still + 1;
      if (net_->closed_world() ? still > 8 : std::chrono::steady_clock::now() > patience)
        return holds();
    }
    return true;
  }
  // Until nothing moves any more; for connections in memory.
  void settle() {
    until([] { return false; });
  }
  // Time goes by, in steps small enough for whoever arms a timer anew.
  void passes(Millis time) {
    for (Millis left = time; left.count() > 0; left -= Millis(5)) {
      clock_.advance(Micros(std::min(left, Millis(5))));
      worker_->loop().turn(false);
      worker_->loop().run_timers();
      net_->step();
      worker_->loop().run_deferred();
      net_->pump();
    }
    settle();
  }

  // Waits for a whole message and takes it; one that never becomes whole is empty.
  WireMessage reads(FarEnd& far, bool head_request = false) {
    WireMessage message;
    until([&] {
      auto whole = read_message(far.inbox(), {head_request, far.saw_end()});
      if (whole) message = std::move(*whole);
      return whole.has_value();
    });
    far.forgets(message.size);
    return message;
  }
  // Waits for exactly these bytes and takes them.
  bool receives(FarEnd& far, std::string_view bytes) {
    const bool there =
        until([&] { return far.inbox().size() >= bytes.size(); }) && far.inbox().starts_with(bytes);
    far.forgets(bytes.size());
    return there;
  }

  // Records that came since the last call.
  std::vector<Logged> log() {
    std::vector<Logged> out;
    observe::AccessRecord record;
    while (ring_.front(record)) {
      out.push_back({record.reason, record.status, record.target_status, record.retries,
                     record.received_bytes, record.sent_bytes, record.generation, record.connection,
                     std::string(record.method), std::string(record.path), std::string(record.rule),
                     std::string(record.target)});
      ring_.pop();
    }
    return out;
  }
  // The one record that came since the last call.
  Logged logged() {
    until([this] { return worker_->metrics().exchanges_open.value() == 0; });
    auto all = log();
    GH_CHECK(all.size() == 1);
    return all.front();
  }
  [[nodiscard]] std::uint64_t ended(Reason reason) {
    return shard().worker.exchanges[static_cast<std::size_t>(reason)].value();
  }

  [[nodiscard]] proxy::Worker& worker() { return *worker_; }
  [[nodiscard]] observe::WorkerMetrics& metrics() { return shard().worker; }
  [[nodiscard]] observe::MetricsShard& shard() { return metrics_.shard(0); }
  [[nodiscard]] TestNet& net() { return *net_; }
  [[nodiscard]] FakeClock& clock() { return clock_; }
  [[nodiscard]] const std::shared_ptr<const snapshot::Snapshot>& live() const { return live_; }
  void stops_worker() { worker_.reset(); }

 private:
  FakeClock clock_;
  observe::Metrics metrics_;
  snapshot::Registry registry_{metrics_};
  observe::AccessBell bell_;
  observe::AccessRing ring_{Bytes{1 << 20}, bell_};
  std::unique_ptr<TestNet> net_;
  std::vector<std::shared_ptr<plugin::Step>> steps_;
  std::shared_ptr<const snapshot::Snapshot> live_;
  std::unique_ptr<proxy::Worker> worker_;
};

}  // namespace gatehouse::test

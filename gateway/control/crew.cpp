#include "control/crew.h"

#include "observe/log.h"

namespace gatehouse::control {

Crew::Crew(const Clock& clock, event::Mailbox& control, observe::Metrics& metrics)
    : clock_(clock), control_(control), metrics_(metrics) {}

Crew::~Crew() { stop(); }

void Crew::resize(unsigned count, observe::AccessLog* access) {
  while (members_.size() < count && members_.size() < kMost) {
    const auto number = static_cast<unsigned>(members_.size());
    Member member;
    member.connector = std::make_unique<net::SocketConnector>();
    proxy::WorkerOptions options;
    options.number = number;
    options.clock = &clock_;
    options.connector = member.connector.get();
    options.metrics = &metrics_.shard(number);
    options.access = access == nullptr ? nullptr : &access->ring(number);
    options.dispose = [this](std::shared_ptr<const void> object) {
      // Runs on the worker's thread; the last reference must go on control's.
      static_cast<void>(control_.post([kept = std::move(object)]() mutable { kept.reset(); }));
    };
    options.wake = [this](std::uint64_t mask, std::uint32_t group) {
      for (std::size_t i = 0; i < kMost; ++i) {
        proxy::Worker* worker = by_number_[i].load(std::memory_order_acquire);
        if (worker == nullptr) return;
        if ((mask >> (i % 64) & 1) == 0) continue;
        static_cast<void>(worker->mailbox().post([worker, group] { worker->serve_group(group); }));
      }
    };
    member.worker = std::make_unique<proxy::Worker>(std::move(options));
    proxy::Worker* worker = member.worker.get();
    member.thread = std::make_unique<event::Thread>("worker-" + std::to_string(number),
                                                    [worker] { worker->run(); });
    members_.push_back(std::move(member));
    by_number_[number].store(worker, std::memory_order_release);
  }
  active_ = count;
}

void Crew::post(Member& member, std::function<void()> message) {
  if (!member.worker->mailbox().post(std::move(message))) {
    observe::log().write(observe::Event::mailbox_full, {{"worker", &member - members_.data()}});
  }
}

void Crew::each(std::function<void(proxy::Worker&)> work, std::function<void()> done) {
  struct Count {
    std::atomic<std::size_t> left;
    std::function<void()> done;
  };
  auto count = std::make_shared<Count>();
  count->left = members_.size();
  count->done = std::move(done);
  auto shared = std::make_shared<std::function<void(proxy::Worker&)>>(std::move(work));
  for (Member& member : members_) {
    proxy::Worker* worker = member.worker.get();
    post(member, [this, worker, shared, count] {
      (*shared)(*worker);
      if (count->left.fetch_sub(1) != 1 || !count->done) return;
      static_cast<void>(control_.post([count] { count->done(); }));
    });
  }
}

void Crew::assign(const std::vector<Listening>& listening, std::function<void()> done) {
  auto shares = std::make_shared<std::vector<std::vector<proxy::Accepting>>>(members_.size());
  for (const auto& listener : listening) {
    for (std::size_t i = 0; i < listener.fds.size(); ++i) {
      if (!listener.shared) {
        (*shares)[i % active_].push_back({listener.slot, listener.fds[i]});
        continue;
      }
      for (std::size_t worker = 0; worker < active_; ++worker) {
        (*shares)[worker].push_back({listener.slot, listener.fds[i]});
      }
    }
  }
  each([shares](proxy::Worker& worker) { worker.set_listeners((*shares)[worker.number]); },
       std::move(done));
}

void Crew::drain(const std::function<void()>& one_done) {
  each([this, one_done](proxy::Worker& worker) {
    worker.drain([this, one_done] { static_cast<void>(control_.post(one_done)); });
  });
}

std::int64_t Crew::connections() const {
  std::int64_t open = 0;
  for (const auto& shard : metrics_.all()) open += shard->worker.connections_open.value();
  return open;
}

std::uint64_t Crew::messages_refused() const {
  std::uint64_t refused = 0;
  for (const auto& member : members_) refused += member.worker->mailbox().refused();
  return refused;
}

void Crew::stop() {
  for (Member& member : members_) {
    proxy::Worker* worker = member.worker.get();
    post(member, [worker] { worker->stop(); });
  }
  for (Member& member : members_) member.thread->join();
  members_.clear();
  active_ = 0;
}

}  // namespace gatehouse::control

#include "proxy/worker.h"

#include <algorithm>

#include "base/check.h"
#include "net/tcp_transport.h"

namespace gatehouse::proxy {

Worker::Worker(WorkerOptions options)
    : options_(std::move(options)),
      loop_(*options_.clock),
      mailbox_(loop_),
      scratch_(std::make_unique<net::IoScratch>()),
      io_{loop_, buffers_, *scratch_, pipes_} {}

Worker::~Worker() {
  while (Connection* connection = connections_.front()) connection->abort(), destroy(*connection);
  while (ExchangeFlow* exchange = exchanges_.front()) destroy(*exchange);
}

void Worker::run() { loop_.run(); }

// ---- configuration ----

void Worker::adopt(std::shared_ptr<const snapshot::Snapshot> next) {
  Pin* old = current_;
  pins_.push_back(Pin{std::move(next), 1});
  current_ = &pins_.back();
  update_groups();
  for (Connection* connection = connections_.front(); connection != nullptr;) {
    Connection* following = connections_.after(*connection);
    if (&listener(connection->listener_slot()) == &orphan_) connection->drain();
    connection = following;
  }
  if (old != nullptr) unpin(old);
}

void Worker::unpin(Pin* pin) {
  if (--pin->count != 0) return;
  const auto at = std::find_if(pins_.begin(), pins_.end(), [&](Pin& p) { return &p == pin; });
  if (GH_BUG(at == pins_.end())) return;
  options_.dispose(std::move(at->snapshot));
  pins_.erase(at);
}

void Worker::update_groups() {
  const auto& snapshot = *current_->snapshot;
  std::vector<bool> named(groups_.size());
  for (const auto& view : snapshot.groups) {
    const std::uint32_t slot = view.lease->slot();
    if (slot >= groups_.size()) {
      groups_.resize(slot + 1);
      named.resize(slot + 1);
    }
    auto& group = groups_[slot];
    if (group == nullptr) {
      group = std::make_unique<upstream::Group>(
          io_, *options_.connector, view.state, options_.number,
          [this, slot](std::uint64_t workers) { options_.wake(workers, slot); });
    }
    named[slot] = true;
    group->set_limits(view.pool);
    group->begin_update();
    for (const auto& target : view.targets) {
      auto& here = group->update(target.text, target.lease->slot(), target.weight, target.state);
      if (target.host.empty()) here.set_addresses({target.address});
    }
    group->end_update();
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (named[i] || groups_[i] == nullptr) continue;
    groups_[i]->begin_update();  // names nothing: every target retires
    groups_[i]->end_update();
    retired_groups_.push_back(std::move(groups_[i]));
  }
  std::erase_if(retired_groups_, [](const auto& group) { return group->quiet(); });
}

void Worker::set_addresses(std::uint32_t group_slot, const std::string& target,
                           const std::vector<net::Address>& addresses) {
  upstream::Group* found = group(group_slot);
  if (found == nullptr) return;
  for (const auto& candidate : found->targets()) {
    if (candidate->text() == target && !candidate->retired()) candidate->set_addresses(addresses);
  }
}

void Worker::serve_group(std::uint32_t group_slot) {
  if (upstream::Group* found = group(group_slot)) found->serve();
}

std::shared_ptr<const snapshot::Rule> Worker::pin_rule(std::uint32_t listener_slot,
                                                       const snapshot::Rule* rule) {
  const auto find = [&](const snapshot::ListenerView& view, auto same) {
    if (view.fallback != nullptr && same(*view.fallback)) return view.fallback;
    const auto at = std::find_if(view.rules.begin(), view.rules.end(),
                                 [&](const auto& candidate) { return same(*candidate); });
    return at == view.rules.end() ? nullptr : *at;
  };
  // A rule that did not change is the same object in every generation.
  for (auto& pin : pins_) {
    const auto& slots = pin.snapshot->listener_by_slot;
    if (listener_slot >= slots.size() || slots[listener_slot] == nullptr) continue;
    auto found =
        find(*slots[listener_slot], [&](const auto& candidate) { return &candidate == rule; });
    if (found != nullptr) return found;
  }
  return nullptr;
}

// ---- connections ----

void Worker::set_listeners(const std::vector<Accepting>& accepting) {
  std::erase_if(listeners_, [&](const auto& listener) {
    return std::none_of(accepting.begin(), accepting.end(),
                        [&](const Accepting& a) { return a.fd == listener->fd(); });
  });
  for (const auto& wanted : accepting) {
    const bool there = std::any_of(listeners_.begin(), listeners_.end(), [&](const auto& listener) {
      return listener->fd() == wanted.fd;
    });
    if (!there) {
      listeners_.push_back(
          std::make_unique<net::Listener>(loop_, wanted.fd, wanted.listener_slot, *this));
    }
  }
}

void Worker::on_accept(std::uint32_t listener_slot, int fd, const net::IpAddress& peer) {
  connect(listener_slot, peer, [&](net::TransportUser& user) {
    return std::make_unique<net::TcpTransport>(loop_, fd, user);
  });
}

Connection& Worker::connect(
    std::uint32_t listener_slot, const net::IpAddress& peer,
    const std::function<std::unique_ptr<net::Transport>(net::TransportUser&)>& make) {
  Connection* connection = connection_slab_.make(*this, listener_slot, peer);
  connections_.push_back(*connection);
  ++metrics().connections_accepted;
  connection->start(make(connection->user()));
  return *connection;
}

void Worker::destroy(Connection& connection) {
  connection_slab_.destroy(&connection);
  check_drained();
}

ExchangeFlow* Worker::make_exchange(Connection& connection) {
  ExchangeFlow* exchange =
      exchange_slab_.make(*this, connection, connection.listener_slot(), connection.peer(),
                          connection.id(), connection.requests() + 1);
  exchanges_.push_back(*exchange);
  return exchange;
}

void Worker::destroy(ExchangeFlow& exchange) {
  exchange_slab_.destroy(&exchange);
  check_drained();
}

// ---- drain ----

void Worker::drain(std::function<void()> done) {
  drained_ = std::move(done);
  listeners_.clear();
  for (Connection* connection = connections_.front(); connection != nullptr;) {
    Connection* next = connections_.after(*connection);
    connection->drain();
    connection = next;
  }
  check_drained();
}

void Worker::check_drained() {
  if (drained_ && connections_.empty() && exchanges_.empty()) std::exchange(drained_, nullptr)();
}

}  // namespace gatehouse::proxy

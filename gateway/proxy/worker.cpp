#include "proxy/worker.h"

#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "event/post_office.h"
#include "net/tcp_transport.h"
#include "observe/log.h"

namespace gatehouse::proxy {

Worker::Worker(WorkerOptions options)
    : options_(std::move(options)),
      loop_(*options_.clock),
      mailbox_(loop_),
      scratch_(std::make_unique<net::IoScratch>()),
      batch_(loop_),
      io_{loop_, buffers_, *scratch_, pipes_, batch_},
      random_(options_.seed == 0 ? Random() : Random(options_.seed)) {
  number = options_.number;
  address = event::enter_post_office(mailbox_);
}

Worker::~Worker() {
  drained_ = nullptr;
  listeners_.clear();
  for (Connection* connection = connections_.front(); connection != nullptr;) {
    Connection* next = connections_.after(*connection);
    connection->abort();
    connection = next;
  }
  // Everything that ended is destroyed at the end of a turn; whatever is left waits for a step.
  loop_.run_deferred();
  for (ExchangeFlow* exchange = exchanges_.front(); exchange != nullptr;) {
    ExchangeFlow* next = exchanges_.after(*exchange);
    exchange->cut();
    exchange = next;
  }
  loop_.run_deferred();
  while (Connection* connection = connections_.front()) destroy(*connection);
  while (ExchangeFlow* exchange = exchanges_.front()) destroy(*exchange);
  stop_steps(true);
  event::leave_post_office(address);
  if (exchange::services_here() == this) exchange::set_services_here(nullptr);
}

void Worker::run() {
  loop_.run([this] { note_turn(); });
}

void Worker::note_turn() {
  ++metrics().loop_turns;
  metrics().buffers_lent_bytes.set(static_cast<std::int64_t>(buffers_.lent_bytes()));
  metrics().snapshots_alive.set(static_cast<std::int64_t>(pins_.size()));
}

// ---- configuration ----

void Worker::adopt(std::shared_ptr<const snapshot::Snapshot> next) {
  Pin* old = current_;
  pins_.push_back(Pin{std::move(next), 1});
  current_ = &pins_.back();
  ++metrics().generations_adopted;
  for (const auto& view : current_->snapshot->listeners) {
    if (view->slot >= listener_states_.size()) listener_states_.resize(view->slot + 1);
    listener_states_[view->slot] = view->state;
  }
  update_groups();
  update_redis();
  start_steps();
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
  retire_groups();
  stop_steps(false);
}

// ---- steps ----

void Worker::start_steps() {
  exchange::set_services_here(this);
  for (const auto& step : current_->snapshot->steps) {
    if (std::find(steps_.begin(), steps_.end(), step) != steps_.end()) continue;
    steps_.push_back(step);
    step->start(*this);
  }
}

// Those that no generation has any more which this worker still uses.
void Worker::stop_steps(bool all) {
  const auto used = [&](const auto& step) {
    return !all && std::any_of(pins_.begin(), pins_.end(), [&](const Pin& pin) {
      const auto& steps = pin.snapshot->steps;
      return std::find(steps.begin(), steps.end(), step) != steps.end();
    });
  };
  for (auto& step : steps_) {
    if (used(step)) continue;
    step->stop(*this);
    options_.dispose(std::exchange(step, nullptr));
  }
  std::erase(steps_, nullptr);
}

exchange::Callee Worker::group_named(std::string_view name) {
  for (const auto& view : current_->snapshot->groups) {
    if (view.name == name) return {group(view.lease->slot()), view.fetch, view.connect};
  }
  return {};
}

void Worker::update_groups() {
  const auto& snapshot = *current_->snapshot;
  for (const auto& view : snapshot.groups) {
    const std::uint32_t slot = view.lease->slot();
    if (slot >= groups_.size()) groups_.resize(slot + 1);
    auto& group = groups_[slot];
    if (group == nullptr) {
      group = std::make_unique<upstream::Group>(
          io_, *options_.connector, view.state, shard(), slot, options_.number,
          [this, slot](std::uint64_t workers) { options_.wake(workers, slot); });
    }
    group->set_limits(view.pool);
    group->begin_update();
    for (const auto& target : view.targets) {
      auto& here = group->update(target.text, target.lease->slot(), target.weight, target.state);
      if (target.host.empty()) here.set_addresses({target.address});
    }
    group->end_update();
  }
}

// What stands in the file as before keeps its connection; commands on one that is replaced end as
// they would have.
void Worker::update_redis() {
  const auto& wanted = current_->snapshot->redis;
  if (redis_ != nullptr && wanted && wanted->content == redis_content_) return;
  if (redis_ != nullptr) {
    client::Redis& old = *redis_;
    retired_redis_.push_back(std::move(redis_));
    old.retire([this, &old] {
      std::erase_if(retired_redis_, [&](const auto& each) { return each.get() == &old; });
    });
  }
  if (!wanted) return;
  redis_content_ = wanted->content;
  redis_ = std::make_unique<client::Redis>(
      client::RedisContext{loop_, *options_.connector, metrics(), random_}, wanted->options,
      wanted->state);
  if (wanted->host.empty()) redis_->set_addresses({wanted->address});
}

void Worker::set_store_addresses(const std::string& text,
                                 const std::vector<net::Address>& addresses) {
  const auto& wanted = current_->snapshot->redis;
  if (redis_ != nullptr && wanted && wanted->text == text) redis_->set_addresses(addresses);
}

// An exchange that began under an older generation still finds the groups of that one.
void Worker::retire_groups() {
  std::vector<bool> named(groups_.size());
  for (const auto& pin : pins_) {
    for (const auto& view : pin.snapshot->groups) named[view.lease->slot()] = true;
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

Worker::Admission Worker::admit(std::uint32_t listener_slot, const net::IpAddress& peer) {
  const auto& view = listener(listener_slot);
  auto& state = *listener_states_[listener_slot];
  const std::uint32_t before = state.connections.fetch_add(1, std::memory_order_relaxed);
  const std::uint32_t most = view.limits.connections;
  if (most != 0 && before >= most) {
    state.connections.fetch_sub(1, std::memory_order_relaxed);
    ++metrics().connections_refused;
    if (loop_.now() - limit_logged_ >= Micros(Millis(1000))) {
      limit_logged_ = loop_.now();
      observe::log().write(observe::Event::connection_limit,
                           {{"listener", view.name}, {"limit", std::int64_t{most}}});
    }
    return Admission::refused;
  }
  const std::uint32_t each = view.limits.connections_per_address;
  if (each == 0) return Admission::counted;
  if (state.addresses.enter(peer, each)) return Admission::counted_by_address;
  state.connections.fetch_sub(1, std::memory_order_relaxed);
  ++metrics().connections_refused_per_address;
  return Admission::refused;
}

void Worker::count_out(const Connection& connection) {
  if (!connection.is_admitted()) return;
  auto& state = *listener_states_[connection.listener_slot()];
  state.connections.fetch_sub(1, std::memory_order_relaxed);
  if (connection.is_counted_by_address()) state.addresses.leave(connection.peer());
}

void Worker::on_accept(std::uint32_t listener_slot, int fd, const net::IpAddress& peer) {
  const Admission admission = admit(listener_slot, peer);
  if (admission == Admission::refused) {
    ::close(fd);
    return;
  }
  Connection& connection = connect(listener_slot, peer, [&](net::TransportUser& user) {
    return std::make_unique<net::TcpTransport>(loop_, fd, user);
  });
  connection.admitted(admission == Admission::counted_by_address);
}

Connection& Worker::connect(
    std::uint32_t listener_slot, const net::IpAddress& peer,
    const std::function<std::unique_ptr<net::Transport>(net::TransportUser&)>& make) {
  Connection* connection = connection_slab_.make(*this, listener_slot, peer);
  connections_.push_back(*connection);
  ++metrics().connections_accepted;
  ++metrics().connections_open;
  connection->start(make(connection->user()));
  return *connection;
}

void Worker::destroy(Connection& connection) {
  --metrics().connections_open;
  count_out(connection);
  connection_slab_.destroy(&connection);
  check_drained();
}

ExchangeFlow* Worker::make_exchange(exchange::Downstream& stream, std::uint32_t listener_slot,
                                    const net::IpAddress& peer, std::uint64_t connection_id,
                                    std::uint32_t nth_request) {
  ExchangeFlow* exchange =
      exchange_slab_.make(*this, stream, listener_slot, peer, connection_id, nth_request);
  exchanges_.push_back(*exchange);
  ++metrics().exchanges_open;
  return exchange;
}

void Worker::destroy(ExchangeFlow& exchange) {
  --metrics().exchanges_open;
  exchange_slab_.destroy(&exchange);
  check_drained();
}

// ---- drain ----

void Worker::drain(std::function<void()> done) {
  drained_ = std::move(done);
  for (auto& listener : listeners_) listener->finish();
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

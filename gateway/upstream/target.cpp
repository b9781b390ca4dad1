#include "upstream/target.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "upstream/group.h"

namespace gatehouse::upstream {

void Lessee::withdraw() {
  unlink();
  if (queue_ != nullptr) --std::exchange(queue_, nullptr)->waiting_count_;
  if (opening_ == nullptr) return;
  for (auto& opening : opening_->opening_) {
    if (opening.lessee == this) opening.lessee = nullptr;
  }
  opening_ = nullptr;
}

Target::Target(Group& group, std::string text, std::uint32_t slot, std::uint32_t weight,
               std::shared_ptr<TargetState> state)
    : group_(group),
      text_(std::move(text)),
      slot_(slot),
      metrics_(&group.metrics_.targets[slot]),
      weight_(weight),
      state_(std::move(state)) {}

Target::~Target() {
  while (Connection* connection = idle_.pop_front()) destroy(connection);
  while (Connection* connection = closed_.pop_front()) destroy(connection);
  for (auto& opening : opening_) {
    if (opening.lessee != nullptr) opening.lessee->opening_ = nullptr;
    destroy(opening.connection);
  }
}

Connection* Target::take_idle() {
  while (Connection* connection = idle_.pop_front()) {
    --idle_count_;
    if (connection->fit()) {
      count_out();
      ++group_.metrics_.worker.upstream_reuses;
      if (auto* m = metrics()) {
        ++m->reuses;
        --m->idle;
      }
      return connection;
    }
    if (auto* m = metrics()) --m->idle;
    count_out();  // close() counts it in again
    connection->close();
  }
  return nullptr;
}

Reason Target::open_for(Lessee& lessee) {
  Connection* connection = connections_.make(*this, group_.io_);
  opening_.push_back({connection, &lessee});
  const net::Address& address = addresses_[next_address_++ % addresses_.size()];
  const int error = connection->open(group_.connector_, address, lessee.connect_);
  if (error != 0) {
    opening_.pop_back();
    connections_.destroy(connection);
    group_.release_connection();
    ++group_.metrics_.worker.upstream_connect_failures;
    return error == EMFILE || error == ENFILE || error == ENOBUFS ? Reason::gateway_full
                                                                  : Reason::target_unreachable;
  }
  lessee.opening_ = this;
  ++group_.metrics_.worker.upstream_connects;
  ++group_.metrics_.worker.upstream_connections_open;
  if (auto* m = metrics()) {
    ++m->connects;
    ++m->connections;
  }
  return Reason::none;
}

Lessee* Target::take_lessee(Connection& connection) {
  const auto at = std::find_if(opening_.begin(), opening_.end(),
                               [&](const Opening& o) { return o.connection == &connection; });
  if (GH_BUG(at == opening_.end())) return nullptr;
  Lessee* lessee = at->lessee;
  opening_.erase(at);
  if (lessee != nullptr) lessee->opening_ = nullptr;
  return lessee;
}

void Target::on_connected(Connection& connection) {
  Lessee* lessee = take_lessee(connection);
  count_out();
  if (lessee == nullptr) return put_back(connection);
  lessee->on_lent(connection);
}

void Target::on_connect_failed(Connection& connection, Reason reason) {
  ++group_.metrics_.worker.upstream_connect_failures;
  Lessee* lessee = take_lessee(connection);
  count_out();  // close() counts it in again
  connection.close();
  if (lessee != nullptr) lessee->on_not_lent(reason, this);
}

void Target::put_back(Connection& connection) {
  count_in();
  last_took_ = connection.lent_for();
  connection.keep_idle(group_.limits_.keep_alive);
  idle_.push_front(connection);
  ++idle_count_;
  if (auto* m = metrics()) ++m->idle;
  if (retired()) close_idle(0);
  if (idle_count_ > group_.limits_.idle) group_.trim_soon();
  group_.on_free();
}

void Target::on_closed(Connection& connection) {
  if (connection.ListLink<Connection>::linked()) {
    connection.ListLink<Connection>::unlink();
    --idle_count_;
    if (auto* m = metrics()) --m->idle;
  } else if (const auto at =
                 std::find_if(opening_.begin(), opening_.end(),
                              [&](const Opening& o) { return o.connection == &connection; });
             at != opening_.end()) {
    take_lessee(connection);
  } else {
    count_in();
  }
  closed_.push_back(connection);
  --group_.metrics_.worker.upstream_connections_open;
  if (auto* m = metrics()) --m->connections;
  group_.release_connection();
  group_.on_free();
}

void Target::count_bytes(std::uint64_t sent, std::uint64_t received) {
  group_.metrics_.worker.upstream_sent_bytes.add(sent);
  group_.metrics_.worker.upstream_received_bytes.add(received);
}

void Target::destroy(Connection* connection) { connections_.destroy(connection); }

void Target::close_idle(std::size_t down_to) {
  while (idle_count_ > down_to) idle_.back()->close();
}

void Target::retire() {
  if (retired()) return;
  // Its place in the metrics may be another's before its last connection has gone.
  if (auto* m = metrics()) {
    m->idle.add(-static_cast<std::int64_t>(idle_count_));
    m->in_flight.add(-static_cast<std::int64_t>(busy_count_));
    m->connections.add(-static_cast<std::int64_t>(idle_count_ + busy_count_ + opening_.size()));
  }
  metrics_ = nullptr;
  close_idle(0);
}

void Target::count_out() {
  ++busy_count_;
  if (auto* m = metrics()) ++m->in_flight;
  if (group_.limits_.per_target != 0) state_->in_flight.fetch_add(1, std::memory_order_relaxed);
}

void Target::count_in() {
  --busy_count_;
  if (auto* m = metrics()) --m->in_flight;
  if (group_.limits_.per_target == 0) return;
  // The limit may have come or gone by a reload while the connection was out: never below zero.
  auto now = state_->in_flight.load(std::memory_order_relaxed);
  while (now != 0 &&
         !state_->in_flight.compare_exchange_weak(now, now - 1, std::memory_order_relaxed)) {
  }
}

}  // namespace gatehouse::upstream

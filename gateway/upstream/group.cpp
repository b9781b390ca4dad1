#include "upstream/group.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace gatehouse::upstream {

namespace {
// A burst is better served by few connections, one request after the other, than by as many as it
// has requests: beyond `kEager` busy ones to a target a request waits up to `kPatience` for one to
// come back before it opens another.  Where the last answer took less than that, one will: each
// that does looks at who has waited long enough, and the timer, whose firing costs as much as half
// a request, is only for a target that stopped answering.
constexpr std::size_t kEager = 32;
constexpr Millis kPatience{2};
constexpr Millis kStopped{32};
constexpr Millis kTrim{1000};
}  // namespace

Group::Group(net::IoContext& io, net::Connector& connector, std::shared_ptr<GroupState> state,
             observe::MetricsShard& metrics, std::uint32_t slot, unsigned worker,
             std::function<void(std::uint64_t)> wake)
    : io_(io),
      connector_(connector),
      state_(std::move(state)),
      metrics_(metrics),
      slot_(slot),
      worker_bit_(std::uint64_t{1} << (worker % 64)),
      wake_(std::move(wake)),
      patience_(*this, [](event::Timer& timer) { static_cast<Alarm&>(timer).group.serve(); }),
      trim_(*this, [](event::Timer& timer) {
        const Group& group = static_cast<Alarm&>(timer).group;
        for (const auto& target : group.targets_) target->close_idle(group.limits_.idle);
      }) {}

Group::~Group() {
  while (Lessee* lessee = waiting_.pop_front()) {
    lessee->queue_ = nullptr;
    lessee->on_not_lent(Reason::no_target, nullptr);
  }
}

void Group::begin_update() { named_.clear(); }

Target& Group::update(const std::string& text, std::uint32_t slot, std::uint32_t weight,
                      std::shared_ptr<TargetState> state) {
  auto at = std::find_if(targets_.begin(), targets_.end(), [&](const auto& target) {
    return target->text() == text && target->slot() == slot && !target->retired();
  });
  if (at == targets_.end()) {
    targets_.push_back(std::make_unique<Target>(*this, text, slot, weight, std::move(state)));
    at = targets_.end() - 1;
  }
  (*at)->set_weight(weight);
  named_.push_back(at->get());
  return **at;
}

void Group::end_update() {
  for (auto& target : targets_) {
    if (std::find(named_.begin(), named_.end(), target.get()) == named_.end()) target->retire();
  }
  std::erase_if(targets_, [](const auto& t) {
    return t->retired() && t->busy_count() == 0 && t->connections_.live() == 0;
  });
  equal_weights_ = std::all_of(named_.begin(), named_.end(), [&](const Target* target) {
    return target->weight() == named_.front()->weight();
  });
  serve();
}

bool Group::quiet() const {
  return std::all_of(targets_.begin(), targets_.end(),
                     [](const auto& t) { return t->connections_.live() == 0; });
}

bool Group::has_room(const Target& target) const {
  return limits_.per_target == 0 ||
         target.state_->in_flight.load(std::memory_order_relaxed) + target.opening_.size() <
             limits_.per_target;
}

// Smooth weighted round robin (the one nginx made known): each gains its weight, the richest pays
// the total.
Target* Group::choose(const Target* avoid, bool& unresolved) {
  const std::size_t n = named_.size();
  Target* best = nullptr;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Target* target = named_[(next_ + i) % n];
    if (target->weight() == 0) continue;
    if (!target->resolved()) {
      unresolved = true;
      continue;
    }
    if (target == avoid && n > 1 && target->address_count() == 1) continue;
    if (!has_room(*target)) continue;
    if (equal_weights_) {
      next_ = (next_ + i + 1) % n;
      return target;
    }
    total += target->weight();
    target->current_weight_ += target->weight();
    if (best == nullptr || target->current_weight_ > best->current_weight_) best = target;
  }
  if (best != nullptr) best->current_weight_ -= total;
  return best;
}

bool Group::reserve_connection() {
  const std::uint32_t before = state_->connections.fetch_add(1, std::memory_order_relaxed);
  if (limits_.connections == 0 || before < limits_.connections) return true;
  state_->connections.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void Group::release_connection() { state_->connections.fetch_sub(1, std::memory_order_relaxed); }

Lent Group::try_lend(Lessee& lessee, const Target* avoid, Outcome& outcome) {
  bool unresolved = false;
  Target* target = choose(avoid, unresolved);
  if (target == nullptr) {
    const bool full = std::any_of(named_.begin(), named_.end(), [](const Target* t) {
      return t->resolved() && t->weight() != 0;
    });
    if (full) outcome = Outcome::full;
    return {.reason = unresolved && !full ? Reason::target_unresolved : Reason::no_target};
  }
  if (Connection* connection = target->take_idle()) return {.connection = connection};
  if (target->taken() >= kEager && io_.loop.now() < lessee.open_after_ &&
      waiting_count_ < limits_.queue) {
    outcome = Outcome::patience;
    const bool quick = target->last_took_ < Micros(kPatience);
    io_.loop.timers().arm(patience_,
                          quick ? io_.loop.now() + Micros(kStopped) : lessee.open_after_);
    return {};
  }
  if (!reserve_connection()) {
    // A neighbour's idle connection may make room.
    for (auto& other : targets_) {
      if (other.get() == target || other->idle_count() == 0) continue;
      other->close_idle(other->idle_count() - 1);
      break;
    }
    if (!reserve_connection()) {
      outcome = Outcome::full;
      return {.reason = Reason::pool_full};
    }
  }
  return {.reason = target->open_for(lessee), .target = target};
}

Lent Group::lend(Lessee& lessee, const Target* avoid, Millis connect) {
  lessee.connect_ = connect;
  lessee.open_after_ = io_.loop.now() + Micros(kPatience);
  Outcome outcome = Outcome::done;
  const Lent lent = try_lend(lessee, avoid, outcome);
  return outcome == Outcome::done ? lent : wait(lessee);
}

Lent Group::wait(Lessee& lessee) {
  if (waiting_count_ >= limits_.queue) {
    return {.reason = Reason::pool_full};
  }
  waiting_.push_back(lessee);
  lessee.queue_ = this;
  ++waiting_count_;
  ++metrics_.groups[slot_].queued;
  state_->waiting_workers.fetch_or(worker_bit_, std::memory_order_seq_cst);
  if (waiting_count_ == 1) ask_others();
  // What was freed between our look and the flag would wake nobody: look once more at the end of
  // the turn.
  io_.loop.defer(*this);
  return {.queued = true};
}

void Group::on_free() {
  if (!waiting_.empty()) io_.loop.defer(*this);
  const std::uint64_t others =
      state_->waiting_workers.load(std::memory_order_seq_cst) & ~worker_bit_;
  if (others == 0 || make_room()) return;
  if (wake_) wake_(others);
}

bool Group::at_bound() const {
  return limits_.connections != 0 &&
         state_->connections.load(std::memory_order_relaxed) >= limits_.connections;
}

void Group::ask_others() {
  if (wake_ && at_bound()) wake_(~worker_bit_);
}

bool Group::make_room() {
  if (!waiting_.empty() || !at_bound() ||
      (state_->waiting_workers.load(std::memory_order_seq_cst) & ~worker_bit_) == 0) {
    return false;
  }
  for (const auto& target : targets_) {
    if (target->idle_count() == 0) continue;
    target->close_idle(target->idle_count() - 1);  // which wakes them
    return true;
  }
  return false;
}

void Group::trim_soon() {
  if (!trim_.armed()) io_.loop.timers().arm(trim_, kTrim);
}

void Group::serve() {
  if (!waiting_.empty()) return io_.loop.defer(*this);
  make_room();
}

void Group::run_deferred() {
  bool opened = false;
  while (Lessee* lessee = waiting_.front()) {
    Outcome outcome = Outcome::done;
    lessee->unlink();
    --waiting_count_;
    const Lent lent = try_lend(*lessee, nullptr, outcome);
    if (outcome != Outcome::done) {
      waiting_.push_front(*lessee);
      ++waiting_count_;
      if (opened && outcome == Outcome::full) ask_others();  // each gave one up for the last word
      return;
    }
    lessee->queue_ = nullptr;
    opened |= lent.connection == nullptr;
    if (lent.connection != nullptr) {
      lessee->on_lent(*lent.connection);
    } else if (lent.reason != Reason::none) {
      lessee->on_not_lent(lent.reason, lent.target);
    }
  }
  state_->waiting_workers.fetch_and(~worker_bit_, std::memory_order_seq_cst);
}

}  // namespace gatehouse::upstream

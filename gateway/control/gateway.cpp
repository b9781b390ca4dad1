#include "control/gateway.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "base/hash.h"
#include "config/scalar.h"
#include "net/socket.h"
#include "observe/log.h"

namespace gatehouse::control {

using observe::Event;
using observe::log;

namespace {
constexpr std::size_t kDescriptorsOfWorker = 8;  // seven with one listener
}

struct Gateway::DrainTimer : event::Timer {
  explicit DrainTimer(std::function<void()> action)
      : Timer([](event::Timer& timer) { static_cast<DrainTimer&>(timer).over(); }),
        over(std::move(action)) {}
  std::function<void()> over;
};

Gateway::Gateway(event::Loop& loop, event::Mailbox& mailbox, const Clock& clock,
                 net::Resolver& resolver, Sockets& sockets, std::string file, OnWarning on_warning)
    : loop_(loop),
      mailbox_(mailbox),
      clock_(clock),
      sockets_(sockets),
      file_(std::move(file)),
      on_warning_(on_warning),
      registry_(metrics_),
      crew_(clock, mailbox, metrics_),
      names_(loop, resolver,
             [this](std::uint32_t slot, const std::string& target,
                    std::vector<net::Address> addresses) {
               set_addresses(slot, target, std::move(addresses));
             }) {
  const std::filesystem::path path(file_);
  folder_ = path.has_parent_path() ? path.parent_path().string() : ".";
}

Gateway::~Gateway() { crew_.stop(); }

double Gateway::since_ms(Instant began) const {
  return static_cast<double>((clock_.monotonic() - began).count()) / 1000.0;
}

std::string Gateway::address_of(const std::string& address) const {
  return address.starts_with("unix:") ? "unix:" + path_of(address.substr(5)) : address;
}

// Those of targets, beside the file.
void Gateway::place_sockets(snapshot::Snapshot& next) const {
  for (auto& group : next.groups) {
    for (auto& target : group.targets) {
      if (!target.text.starts_with("unix:")) continue;
      if (const auto placed = net::Address::parse(address_of(target.text)))
        target.address = *placed;
    }
  }
}

std::string Gateway::path_of(const std::string& path) const {
  return path.empty() || path == "-" || path.starts_with('/') ? path : folder_ + "/" + path;
}

unsigned Gateway::workers_of(const config::Spec& spec) const {
  return spec.workers != 0 ? spec.workers : std::max(1U, std::thread::hardware_concurrency());
}

// A worker that finds no descriptor for its loop takes the process along.
bool Gateway::room_for_workers(const config::Spec& spec, config::Diagnostics& diagnostics) {
  const std::size_t more = workers_of(spec) - std::min<std::size_t>(workers_of(spec), crew_.size());
  if (more == 0 || net::descriptors_left((more + 1) * kDescriptorsOfWorker)) return true;
  diagnostics.push_back({config::Severity::error,
                         "cannot-serve",
                         {},
                         "no descriptors are left for " + std::to_string(more) + " more worker" +
                             (more == 1 ? "" : "s"),
                         "raise `ulimit -n`, or set limits.connections"});
  return false;
}

void Gateway::set_addresses(std::uint32_t group_slot, const std::string& target,
                            std::vector<net::Address> addresses) {
  auto shared = std::make_shared<const std::vector<net::Address>>(std::move(addresses));
  crew_.each([group_slot, target, shared](proxy::Worker& worker) {
    if (group_slot == Names::kStore) return worker.set_store_addresses(target, *shared);
    worker.set_addresses(group_slot, target, *shared);
  });
}

config::Spec Gateway::live_spec() const {
  return config::load(history_.all().back().file.text(), config::SystemSource(folder_)).spec;
}

// ---- loading ----

bool Gateway::apply_now(std::string bytes, OnWarning on_warning, ReloadResult& result) {
  bool refused = false;
  apply(std::move(bytes), on_warning, [&](const ReloadResult& outcome) {
    // Going live comes later, when `result` is gone.
    if (outcome.kind != ReloadResult::Kind::refused) return;
    result = outcome;
    refused = true;
  });
  return !refused;
}

bool Gateway::start(const std::string& left, ReloadResult& result) {
  began_ = clock_.monotonic();
  legacy_ = Legacy::decode(left);
  const config::SystemSource source("");
  auto bytes = source.read_file(file_);
  if (!bytes) {
    result = missing(bytes.error());
  } else if (legacy_ && legacy_->rolled_back_file == hash64(*bytes)) {
    rolled_back_file_ = legacy_->rolled_back_file;
  } else if (apply_now(std::move(*bytes), on_warning_, result)) {
    return true;
  }
  if (!legacy_) return false;
  return apply_now(legacy_->bytes, OnWarning::go_on, result);
}

void Gateway::watch_file() {
  const auto changed = [this] { reload([](const ReloadResult&) {}); };
  watch_ = std::make_unique<FileWatch>(loop_, file_, changed);
  if (!watch_->failure().empty())
    log().write(Event::watch_failed, {{"file", file_}, {"error", watch_->failure()}});
  if (stale_) return;
  // What was written after it was read and before it was watched is seen by nobody else.
  const auto bytes = config::SystemSource("").read_file(file_);
  const std::uint64_t hash = bytes ? hash64(*bytes) : 0;
  if (hash != live_->hash && hash != rolled_back_file_) later(changed);
}

void Gateway::bequeath() {
  const Generation& live = history_.all().back();
  sockets_.bequeath(
      Legacy{live.number, live.wall_s, rolled_back_file_.value_or(0), live.file.text()}.encode());
}

// ---- the end ----

void Gateway::drain(std::function<void()> done) {
  if (draining_) return;
  draining_ = true;
  watch_.reset();
  const Millis deadline = drain_time();
  log().write(Event::draining, {{"connections", crew_.connections()},
                                {"deadline_seconds", deadline.count() / 1000}});
  struct State {
    std::size_t left;
    bool over = false;
  };
  auto state = std::make_shared<State>(State{crew_.size()});
  auto finish = [this, state, done = std::move(done), began = clock_.monotonic()] {
    if (std::exchange(state->over, true)) return;
    log().write(Event::drained, {{"milliseconds", static_cast<std::int64_t>(since_ms(began))},
                                 {"closed", crew_.connections()}});
    done();
  };
  if (crew_.size() == 0) return finish();
  crew_.drain([state, finish] {
    if (--state->left == 0) finish();
  });
  drain_timer_ = std::make_unique<DrainTimer>(finish);
  loop_.timers().arm(*drain_timer_, Micros(deadline) + Micros(1));
}

void Gateway::rotate_logs() {
  if (!access_ || !access_on_) return;
  if (const Status reopened = access_->reopen(); !reopened) {
    log().write(Event::access_log_failed, {{"path", access_spec_.path},
                                           {"error", reopened.error().text()},
                                           {"records", access_->counts().failed}});
  }
}

}  // namespace gatehouse::control

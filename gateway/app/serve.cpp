// The serving process: control thread, workers, admin API.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <set>

#include "admin/server.h"
#include "app/command.h"
#include "control/gateway.h"
#include "event/mailbox.h"
#include "net/resolver.h"
#include "observe/log.h"
#include "supervise/parent.h"

namespace gatehouse::app {
namespace {

// The supervisor's sockets, by the names of listeners.
class SupervisedSockets final : public control::Sockets {
 public:
  explicit SupervisedSockets(supervise::Parent& parent) : parent_(parent) {
    for (const auto& held : parent.held()) inherited_.insert(held.address);
  }

  Result<std::vector<int>> open(const std::string& name, const std::string& address,
                                unsigned count) override {
    auto held = parent_.open_listener({.name = name, .address = address, .count = count});
    if (!held) return tl::make_unexpected(held.error());
    auto& known = addresses_[name];
    const bool fresh = known != address;
    if (!known.empty() && fresh) outdated_.emplace_back(name, known);
    known = address;
    if (fresh && !(*held)->bound.empty()) {
      say_listening(name, (*held)->bound);
    }
    std::vector<int> fds;
    for (const auto& socket : (*held)->sockets) fds.push_back(socket.get());
    return fds;
  }
  void close(const std::string& name) override {
    const auto at = addresses_.find(name);
    if (at == addresses_.end()) return;
    parent_.close_listener(name, at->second);
    addresses_.erase(at);
  }
  void close_outdated() override {
    for (const auto& [name, address] : outdated_) parent_.close_listener(name, address);
    outdated_.clear();
    live_ = addresses_;
  }
  void abandon() override {
    std::set<std::string> kept = inherited_;
    for (const auto& [name, address] : live_) kept.insert(address);
    for (const auto& [name, address] : addresses_) {
      if (!kept.contains(address)) parent_.close_listener(name, address);
    }
    for (const auto& [name, address] : live_) {
      // It may go by another name now, under which nobody would close it.
      if (addresses_[name] == address) continue;
      static_cast<void>(parent_.open_listener({.name = name, .address = address}));
    }
    outdated_.clear();
    addresses_ = live_;
  }
  void user_changed() override { parent_.die_with_supervisor(); }
  void bequeath(const std::string& legacy) override {
    if (const Status left = parent_.bequeath(legacy); !left) {
      observe::log().write(observe::Event::failed, {{"error", left.error().text()}});
    }
  }
  void ready(Millis drain) override {
    // What a predecessor held and this file does not name.
    std::vector<std::pair<std::string, std::string>> left;
    for (const auto& held : parent_.held()) {
      const auto at = addresses_.find(held.name);
      if (at == addresses_.end() || at->second != held.address)
        left.emplace_back(held.name, held.address);
    }
    for (const auto& [name, address] : left) parent_.close_listener(name, address);
    inherited_.clear();
    parent_.tell_ready(drain);
  }

 private:
  static void say_listening(const std::string& name, const std::string& bound) {
    if (name == control::kAdminSockets)
      return observe::log().write(observe::Event::admin_listening, {{"address", bound}});
    observe::log().write(observe::Event::listening, {{"listener", name}, {"address", bound}});
  }

  supervise::Parent& parent_;
  std::map<std::string, std::string> addresses_;  // by name, as opened last
  std::map<std::string, std::string> live_;       // as of the last `close_outdated`
  std::set<std::string> inherited_;               // a predecessor's, until this process is ready
  std::vector<std::pair<std::string, std::string>> outdated_;
};

class Serving final : public supervise::ParentUser {
 public:
  Serving(supervise::Parent& parent, const std::string& file, control::OnWarning on_warning)
      : parent_(parent),
        loop_(clock_),
        mailbox_(loop_),
        resolver_(loop_),
        sockets_(parent),
        gateway_(loop_, mailbox_, clock_, resolver_, sockets_, file, on_warning),
        admin_(gateway_) {}

  int run() {
    parent_.attach(loop_, *this);
    control::ReloadResult result;
    gateway_.on_live = [this] { listen_admin(); };
    if (!gateway_.start(parent_.legacy(), result)) {
      std::fputs(result.text.c_str(), stderr);
      parent_.tell_failed_to_start("", kFailed);
      return kFailed;
    }
    tick();
    loop_.run();
    observe::log().flush(Millis(200));
    return exit_code_;
  }

  void on_reload() override {
    gateway_.reload([](const control::ReloadResult&) {});
  }
  void on_drain() override {
    parent_.tell_draining(gateway_.drain_time());
    gateway_.drain([this] { loop_.stop(); });
  }
  void on_stop_now() override { loop_.stop(); }
  void on_rotate_logs() override { gateway_.rotate_logs(); }
  void on_orphaned() override {
    exit_code_ = kFailed;
    loop_.stop();
  }

 private:
  void listen_admin() {
    const auto& spec = gateway_.live().spec.admin;
    if (spec.off) {
      admin_.listen({}, "");
      sockets_.close(control::kAdminSockets);
      return;
    }
    auto fds = sockets_.open(control::kAdminSockets, gateway_.address_of(spec.address), 1);
    if (!fds) {
      observe::log().write(observe::Event::failed, {{"error", "admin API: " + fds.error().text()}});
      return;
    }
    admin_.listen(*fds, spec.token.value);
    sockets_.close_outdated();
  }

  struct Tick : event::Timer {
    explicit Tick(Serving& owner)
        : Timer([](event::Timer& timer) { static_cast<Tick&>(timer).serving.tick(); }),
          serving(owner) {}
    Serving& serving;
  };
  void tick() {
    observe::log().tick();
    loop_.timers().arm(tick_, Millis(1000));
  }

  supervise::Parent& parent_;
  SystemClock clock_;
  event::Loop loop_;
  event::Mailbox mailbox_;
  net::DnsResolver resolver_;
  SupervisedSockets sockets_;
  control::Gateway gateway_;
  admin::Server admin_;
  Tick tick_{*this};
  int exit_code_ = kFine;
};

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int serve(const std::string& file, bool strict) {
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  observe::log_bugs();
  auto parent = supervise::Parent::adopt();
  if (!parent) {
    std::fprintf(stderr, "gatehouse: %s\n", parent.error().text().c_str());
    return kUsage;
  }
  return Serving(**parent, file, strict ? control::OnWarning::refuse : control::OnWarning::go_on)
      .run();
}

}  // namespace gatehouse::app

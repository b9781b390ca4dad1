#include "supervise/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "supervise/resident.h"

namespace gatehouse::supervise {
namespace {

using observe::Event;

constexpr Millis kLogSecond{1000};  // a line held back is printed when its second is over

net::Descriptor take_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : {SIGHUP, SIGTERM, SIGINT, SIGUSR1, SIGCHLD}) ::sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // whoever ignored it before us would leave no death to be seen
  return net::Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

std::int64_t milliseconds(Micros time) { return std::chrono::duration_cast<Millis>(time).count(); }

std::int64_t seconds(Micros time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

}  // namespace

Supervisor::Supervisor(SuperviseOptions options) : options_(std::move(options)) {}

int Supervisor::run() {
  signals_ = take_signals();
  if (!signals_) {
    say(Event::failed, {{"error", system_error("signalfd").text()}});
    return 1;
  }
  last_good_ = clock_.monotonic();
  start();
  while (!exit_code_) turn();
  observe::log().flush(Millis{100});
  return *exit_code_;
}

void Supervisor::start() {
  start_at_.reset();
  kill_at_.reset();
  ready_.reset();
  failed_.reset();
  auto process = ServingProcess::start(options_.executable, options_.serve_argv);
  if (!process) return restart_after(std::nullopt, process.error().text());
  process_.emplace(std::move(*process));
  started_ = clock_.monotonic();
  for (ListeningSockets::Held& held : sockets_.all()) {
    held.handed = 0;
    hand_over(held);
  }
  if (legacy_) {
    const int descriptors[] = {legacy_.get()};
    tell(Legacy{}, descriptors);
  }
  tell(Begin{restarts_});
}

void Supervisor::tell(const Message& message, std::span<const int> descriptors) {
  if (!process_ || !process_->channel().open()) return;
  const Status sent = process_->channel().send(message, descriptors);
  // If it has died, SIGCHLD tells.
  if (!sent && sent.error().code != EPIPE) say(Event::failed, {{"error", sent.error().text()}});
}

void Supervisor::hand_over(ListeningSockets::Held& held) {
  std::vector<int> descriptors;
  for (std::size_t i = held.handed; i < held.sockets.size(); ++i) {
    descriptors.push_back(held.sockets[i].get());
  }
  tell(Sockets{held.name, held.address, held.bound.text()}, descriptors);
  held.handed = held.sockets.size();
}

void Supervisor::turn() {
  const int timeout = poll_timeout();
  if (timeout < 0) shed_code_pages();
  pollfd ready[] = {{signals_.get(), POLLIN, 0},
                    {process_ ? process_->channel().fd() : -1, POLLIN, 0}};
  if (::poll(ready, 2, timeout) < 0 && errno != EINTR) {
    say(Event::failed, {{"error", system_error("poll").text()}});
    exit_code_ = 1;
    return;
  }
  if (ready[1].revents != 0) read_channel();
  if (ready[0].revents != 0) on_signals();
  check_deadlines();
}

int Supervisor::poll_timeout() const {
  const Instant now = clock_.monotonic();
  std::optional<Instant> next;
  if (!all_said_) next = now + kLogSecond;
  for (const auto& deadline : {start_at_, kill_at_}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (!next) return -1;
  return static_cast<int>(std::max<std::int64_t>(milliseconds(*next - now) + 1, 0));
}

void Supervisor::check_deadlines() {
  const Instant now = clock_.monotonic();
  if (!all_said_) {
    observe::log().tick();
    all_said_ = now >= said_ + 2 * kLogSecond;  // after that tick, however late it came
  }
  if (start_at_ && now >= *start_at_) start();
  if (!kill_at_ || now < *kill_at_) return;
  kill_at_.reset();
  if (!process_) return;
  if (stop_signals_ == 1 && ready_) {
    overstayed_ = true;
    say(Event::failed, {{"error", "the serving process overstayed its drain deadline: killed"}});
  }
  process_->kill();
}

void Supervisor::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGHUP) tell(Command{Command::reload});
    if (signal == SIGUSR1) tell(Command{Command::rotate_logs});
    if (signal == SIGTERM || signal == SIGINT) on_stop_signal(signal);
    if (signal != SIGCHLD || !process_) continue;
    read_channel();  // its last words
    const pid_t pid = process_->pid();
    if (const auto status = process_->ended()) on_death(pid, *status);
  }
}

void Supervisor::on_stop_signal(int signal) {
  ++stop_signals_;
  say(Event::stopping, {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  start_at_.reset();
  if (!process_) {
    exit_code_ = 0;
  } else if (stop_signals_ > (ready_ ? 2 : 1)) {
    process_->kill();
  } else if (stop_signals_ == 2) {
    tell(Command{Command::stop_now});
    kill_after(kStopPatience);
  } else {
    tell(Command{Command::drain});
    // Before it says that it is ready it may have clients already.
    kill_after(ready_ ? drain_ + kGrace : kStartPatience);
  }
}

void Supervisor::read_channel() {
  while (process_ && process_->channel().open()) {
    auto received = process_->channel().receive();
    if (!received) {
      if (received.error().code != EPIPE) return lose_trust(received.error().text());
      process_->channel().close();
      if (!kill_at_) kill_after(kGrace);  // it is on its way out
      return;
    }
    if (!*received) return;
    if (std::holds_alternative<Legacy>((*received)->message)) {
      on_legacy(std::move((*received)->descriptors));
      continue;
    }
    std::visit([this](const auto& message) { on(message); }, (*received)->message);
  }
}

void Supervisor::on(const OpenListener& request) {
  auto held = sockets_.open(request);
  if (held) return hand_over(**held);
  const Error& error = held.error();
  tell(Refused{error.tried, static_cast<std::uint32_t>(error.code), error.advice});
}

void Supervisor::on(const Arrived& arrived) { sockets_.keep_only(arrived); }

void Supervisor::on(const Ready& ready) {
  const Instant now = clock_.monotonic();
  ready_ = now;
  ever_ready_ = true;
  drain_ = Millis{ready.drain_ms};
  if (!died_) return say(Event::serving_started, {{"pid", process_->pid()}});
  say(Event::serving_restarted, {{"pid", process_->pid()},
                                 {"milliseconds", milliseconds(now - *died_)},
                                 {"restarts", restarts_}});
  died_.reset();
}

void Supervisor::on(const Draining& draining) {
  if (stop_signals_ == 1) kill_after(Millis{draining.within_ms} + kGrace);
}

void Supervisor::on_legacy(std::vector<net::Descriptor> descriptors) {
  if (descriptors.size() != 1) return lose_trust("a legacy without a file");
  legacy_ = std::move(descriptors.front());
}

void Supervisor::lose_trust(const std::string& why) {
  say(Event::failed, {{"error", "serving process: " + why + ": killed"}});
  process_->channel().close();
  process_->kill();
}

void Supervisor::on_death(pid_t pid, int status) {
  const Instant now = clock_.monotonic();
  process_.reset();
  if (stop_signals_ > 0) return end_with(status);
  if (failed_ && !failed_->message.empty()) say(Event::failed, {{"error", failed_->message}});
  if (failed_ && !ever_ready_) {
    exit_code_ = static_cast<int>(failed_->exit_code);
    return;
  }
  const std::string cause = describe_wait_status(status);
  say(Event::serving_died,
      {{"pid", pid}, {"cause", cause}, {"uptime_seconds", seconds(now - started_)}});
  if (!died_) died_ = now;
  std::optional<Micros> served;
  if (ready_) served = now - *ready_;
  if (ready_) last_good_ = now;
  restart_after(served, cause);
}

void Supervisor::restart_after(std::optional<Micros> served, const std::string& cause) {
  const auto delay = policy_.after_death(served);
  const Instant now = clock_.monotonic();
  if (!delay) {
    say(Event::gave_up, {{"deaths", policy_.unready_deaths()},
                         {"seconds", seconds(now - last_good_) + 1},
                         {"cause", cause}});
    exit_code_ = 1;
    return;
  }
  ++restarts_;
  if (*delay == Millis{0}) return start();
  start_at_ = now + *delay;
}

void Supervisor::end_with(int status) {
  const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  const bool wanted = clean || stop_signals_ > 1 || !ready_;
  if (!wanted && !overstayed_) {
    say(Event::failed, {{"error", "while draining: " + describe_wait_status(status)}});
  }
  exit_code_ = overstayed_ || !wanted ? 1 : 0;
  say(Event::stopped);
}

void Supervisor::say(Event event, observe::LogFields fields) {
  said_ = clock_.monotonic();
  all_said_ = false;
  observe::log().write(event, fields);
}

}  // namespace gatehouse::supervise

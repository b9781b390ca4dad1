// The process that the user starts: it owns the public PID and the listening sockets, starts the
// serving process, and starts it again when it dies.  Reads no configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "observe/log.h"
#include "supervise/listening_sockets.h"
#include "supervise/restart_policy.h"
#include "supervise/serving_process.h"

namespace gatehouse::supervise {

struct SuperviseOptions {
  std::vector<std::string> serve_argv;  // of the serving process, its name first
  std::string executable = {};  // empty: this program, also when its file was replaced since
};

// Signals: SIGHUP reloads; SIGTERM and SIGINT drain, the second one stops, the third one kills;
// SIGUSR1 rotates logs.  They must be handled by no other thread: to be used before there is one.
class Supervisor {
 public:
  explicit Supervisor(SuperviseOptions options);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Until the end; answers the exit code of the process: 0 after a drain or stop that was asked
  // for, 1 if it gave up or the drain did not end in time, else what the serving process said.
  int run();

 private:
  void start();
  void tell(const Message& message, std::span<const int> descriptors = {});
  void turn();
  void on_signals();
  void on_stop_signal(int signal);
  void on(const OpenListener& request);
  void on(const CloseListener& request) { sockets_.close(request); }
  void on(const Arrived& arrived);
  void on(const Ready& ready);
  void on(const Draining& draining);
  void on(const FailedToStart& failed) { failed_ = failed; }
  void on_legacy(std::vector<net::Descriptor> descriptors);
  template <typename Other>
  void on(const Other&) {
    lose_trust("it sent a message that only the supervisor sends");
  }
  void read_channel();
  void hand_over(ListeningSockets::Held& held);
  void on_death(pid_t pid, int status);
  void end_with(int status);
  void restart_after(std::optional<Micros> served, const std::string& cause);
  void lose_trust(const std::string& why);
  void kill_after(Millis time) { kill_at_ = clock_.monotonic() + time; }
  void check_deadlines();
  void say(observe::Event event, observe::LogFields fields = {});
  [[nodiscard]] int poll_timeout() const;

  static constexpr Millis kGrace{2000};         // on top of the drain deadline, which is its own
  static constexpr Millis kStartPatience{900};  // until one that starts hears that it shall stop
  static constexpr Millis kStopPatience{500};   // to write its last log lines

  const SuperviseOptions options_;
  const SystemClock clock_;
  net::Descriptor signals_;
  ListeningSockets sockets_;
  net::Descriptor legacy_;  // what a dying process leaves to the next; never read here
  RestartPolicy policy_;
  std::optional<ServingProcess> process_;
  std::optional<FailedToStart> failed_;
  std::optional<int> exit_code_;
  Millis drain_{0};
  Instant started_{};
  std::optional<Instant> ready_;
  std::optional<Instant> died_;      // the last one, until its successor serves
  std::optional<Instant> start_at_;  // of the next one, while there is none
  std::optional<Instant> kill_at_;
  Instant last_good_{};   // when a process served last, at first the start of this one
  Instant said_{};        // the last log line
  bool all_said_ = true;  // nothing is held back
  std::uint32_t restarts_ = 0;
  int stop_signals_ = 0;
  bool ever_ready_ = false;
  bool overstayed_ = false;
};

}  // namespace gatehouse::supervise

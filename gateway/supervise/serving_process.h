// The serving process as its supervisor sees it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "supervise/channel.h"

namespace gatehouse::supervise {

// Tells the serving process its end of the channel and whose child it is: "FD:PID".
inline constexpr char kParentVariable[] = "GATEHOUSE_SUPERVISOR";

// "signal 9 (Killed)", "exit code 3".
[[nodiscard]] std::string describe_wait_status(int status);

// Thread: the supervisor's only one.  Owns: the child (killed and reaped with it) and the channel.
class ServingProcess {
 public:
  // Runs `executable` (empty: this program) with `arguments` (the first is its name).  It ignores
  // SIGTERM, SIGINT, SIGHUP, SIGUSR1 (they are sent to whole groups: systemd, Ctrl-C), inherits no
  // descriptor but the standard ones and the channel, and is killed when this process dies.
  static Result<ServingProcess> start(const std::string& executable,
                                      const std::vector<std::string>& arguments);
  ServingProcess(ServingProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), channel_(std::move(other.channel_)) {}
  ServingProcess& operator=(ServingProcess&&) = delete;
  ~ServingProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Channel& channel() { return channel_; }
  void kill();
  // Its wait status, once it has ended; it is reaped then and has no pid any more.
  [[nodiscard]] std::optional<int> ended();

 private:
  ServingProcess(pid_t pid, Channel channel) : pid_(pid), channel_(std::move(channel)) {}

  pid_t pid_;  // 0: reaped
  Channel channel_;
};

}  // namespace gatehouse::supervise

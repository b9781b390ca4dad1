// The supervisor as the serving process sees it.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/loop.h"
#include "event/timer.h"
#include "event/watch.h"
#include "supervise/channel.h"

namespace gatehouse::supervise {

// What the supervisor asks for.  Called from the loop, never from inside a call of Parent.
class ParentUser {
 public:
  // Load the configuration again.
  virtual void on_reload() = 0;
  // Serve what is in flight, then end with exit code 0.
  virtual void on_drain() = 0;
  // End at once; what has not ended half a second later is killed.
  virtual void on_stop_now() = 0;
  virtual void on_rotate_logs() = 0;
  // The supervisor is gone, and with it the sockets: end at once.
  virtual void on_orphaned() = 0;

 protected:
  ~ParentUser() = default;
};

// Listening sockets of one address, held by both processes.
struct HeldListener {
  std::string name;
  std::string address;  // as asked for
  std::string bound;    // as the system says: with the port, if 0 was asked for
  std::vector<net::Descriptor> sockets;
};

// Thread: the control thread.  Owns: the channel and this process's copies of the sockets; workers
// borrow the descriptors.
class Parent final : private event::Watcher, private event::Timer {
 public:
  // From the environment, where it leaves no trace; receives the sockets held since before a
  // restart.  Errors: not started by a supervisor, or it is gone.  Waits up to 5 s.
  static Result<std::unique_ptr<Parent>> adopt();
  // For tests: the other end of a channel.
  explicit Parent(Channel channel)
      : event::Timer([](event::Timer& timer) { static_cast<Parent&>(timer).dispatch(); }),
        channel_(std::move(channel)) {}
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;
  ~Parent() = default;

  // Receives what the supervisor tells at first.
  Status begin();
  // From now on what the supervisor asks for is told to `user`.  Both must outlive this.
  void attach(event::Loop& loop, ParentUser& user);

  // How many serving processes died before this one.
  [[nodiscard]] std::uint32_t restarts() const { return restarts_; }
  [[nodiscard]] const std::list<HeldListener>& held() const { return held_; }
  // What the one before left by `bequeath`; "": nothing.
  [[nodiscard]] const std::string& legacy() const { return legacy_; }

  // At least `request.count` sockets of that address (a Unix socket: one); all of them, also of an
  // earlier and larger count, so that every one of them can be given to some worker.  A listener
  // that only changed its name keeps its sockets.  The answer stays until `close_listener`.
  // Waits for the supervisor (tens of microseconds a socket), up to 5 s.
  // Errors: what bind or listen said, with advice; then nothing has changed.
  Result<const HeldListener*> open_listener(const OpenListener& request);
  // Closes the sockets in both processes, unless they go by another name now.  No worker may use
  // them any more.
  void close_listener(const std::string& name, const std::string& address);

  // It serves; `drain` is how long a drain may take.
  void tell_ready(Millis drain);
  // It drains and will have ended within this time.
  void tell_draining(Millis within);
  // Leaves this to the next serving process, should this one die.  Errors: no memory.
  Status bequeath(std::string_view bytes);
  // Starting cannot succeed.  The caller ends with `exit_code` then.
  void tell_failed_to_start(const std::string& message, int exit_code);

  // To be called after the user was changed (setuid): the kernel forgets it then.
  void die_with_supervisor() const;

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override;
  // Waits for the next message of another kind than Command.
  Result<Message> next_answer();
  void keep(const Sockets& sockets, std::vector<net::Descriptor> descriptors);
  Failure lose(const Sockets& sockets);
  void dispatch();
  void send(const Message& message);

  Channel channel_;
  std::list<HeldListener> held_;
  std::string legacy_;
  std::vector<Command> commands_;  // came while an answer was awaited
  event::Loop* loop_ = nullptr;
  ParentUser* user_ = nullptr;
  event::Watch watch_;
  pid_t supervisor_ = 0;  // 0: a test
  std::uint32_t restarts_ = 0;
};

}  // namespace gatehouse::supervise

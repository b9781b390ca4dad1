// The workers and their threads.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "event/mailbox.h"
#include "event/thread.h"
#include "observe/access_log.h"
#include "observe/metrics.h"
#include "proxy/worker.h"

namespace gatehouse::control {

// Starts workers and talks to them.  A worker that the file no longer asks for accepts nothing new
// and serves what it has; it takes part again when the number grows. Thread: control.  Owns:
// workers and threads.
class Crew {
 public:
  Crew(const Clock& clock, event::Mailbox& control, observe::Metrics& metrics);
  ~Crew();

  // `count` workers take part from now on.
  void resize(unsigned count, observe::AccessLog* access);
  [[nodiscard]] unsigned active() const { return active_; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }

  // Runs `work` on every worker's thread; `done` on control's when all have.
  void each(std::function<void(proxy::Worker&)> work, std::function<void()> done = {});
  // Gives each descriptor of a listener to a worker; a shared one to all.
  struct Listening {
    std::uint32_t slot = 0;
    std::vector<int> fds;
    bool shared = false;
  };
  void assign(const std::vector<Listening>& listening, std::function<void()> done);
  // Every worker accepts no more and closes what is idle; `one_done` is called on control's thread
  // for each that has nothing left.
  void drain(const std::function<void()>& one_done);
  // Connections of clients that are open.
  [[nodiscard]] std::int64_t connections() const;
  // Messages that found a worker's mailbox full.
  [[nodiscard]] std::uint64_t messages_refused() const;
  // Ends all threads; what is open is cut.
  void stop();

 private:
  struct Member {
    std::unique_ptr<net::SocketConnector> connector;
    std::unique_ptr<proxy::Worker> worker;
    std::unique_ptr<event::Thread> thread;
  };
  void post(Member& member, std::function<void()> message);

  const Clock& clock_;
  event::Mailbox& control_;
  observe::Metrics& metrics_;
  std::vector<Member> members_;
  static constexpr std::size_t kMost = 256;
  std::array<std::atomic<proxy::Worker*>, kMost> by_number_{};  // for workers that wake each other
  unsigned active_ = 0;
};

}  // namespace gatehouse::control

// Readiness of one descriptor.
#pragma once

#include <event2/event_struct.h>

#include <cstdint>

namespace gatehouse::event {

class Loop;

// What is told when a watched descriptor is ready.
class Watcher {
 public:
  // Level-triggered: called every turn until the cause is gone or no longer watched.
  virtual void on_ready(bool readable, bool writable) = 0;
  // `on_ready` threw (out of memory, or a bug), which is in the log: give up whatever the
  // descriptor belongs to.
  virtual void on_exception() noexcept = 0;

 protected:
  ~Watcher() = default;
};

// Subscribes a watcher to a descriptor.  Thread: the loop's.  Owns: the subscription, not the
// descriptor. Cost: a system call whenever the set of interests changes, none while it stays.
class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { close(); }

  // Starts with an interest in reading.  `watcher` must outlive the watch or its `close`.
  void open(Loop& loop, int fd, Watcher& watcher);
  // Ends the subscription; an event already under way is not delivered any more.
  void close();
  void want(bool read, bool write);
  [[nodiscard]] bool wants_read() const { return read_; }
  [[nodiscard]] bool wants_write() const { return write_; }
  // True when the descriptor was found ready in this turn but its watcher was not told yet.
  [[nodiscard]] bool pending() const;

 private:
  static void on_event(int fd, short what, void* self);
  struct ::event event_ {};
  Watcher* watcher_ = nullptr;
  bool read_ = false;
  bool write_ = false;
};

}  // namespace gatehouse::event

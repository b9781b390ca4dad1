#include "event/watch.h"

#include <event2/event.h>

#include <exception>

#include "base/check.h"
#include "event/loop.h"
#include "observe/log.h"

namespace gatehouse::event {

namespace {

// Memory may be what is missing, also for the log.
void tell(const char* what) noexcept {
  try {
    observe::log().write(observe::Event::exception, {{"what", what}});
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

void Watch::open(Loop& loop, int fd, Watcher& watcher) {
  close();
  watcher_ = &watcher;
  read_ = true;
  write_ = false;
  event_assign(&event_, loop.base(), fd, EV_READ | EV_PERSIST, &Watch::on_event, this);
  event_add(&event_, nullptr);
}

void Watch::close() {
  if (watcher_ == nullptr) return;
  if (read_ || write_) event_del(&event_);
  watcher_ = nullptr;
  read_ = write_ = false;
}

void Watch::want(bool read, bool write) {
  if (watcher_ == nullptr || (read == read_ && write == write_)) return;
  if (read_ || write_) event_del(&event_);
  read_ = read;
  write_ = write;
  if (!read && !write) return;
  const auto what = static_cast<short>(EV_PERSIST | (read ? EV_READ : 0) | (write ? EV_WRITE : 0));
  event_assign(&event_, event_get_base(&event_), event_get_fd(&event_), what, &Watch::on_event,
               this);
  event_add(&event_, nullptr);
}

bool Watch::pending() const {
  return watcher_ != nullptr && (event_.ev_evcallback.evcb_flags & EVLIST_ACTIVE) != 0;
}

void Watch::on_event(int, short what, void* self) {
  Watcher* watcher = static_cast<Watch*>(self)->watcher_;
  try {
    watcher->on_ready((what & EV_READ) != 0, (what & EV_WRITE) != 0);
  } catch (const std::exception& error) {
    tell(error.what());
    watcher->on_exception();
  } catch (...) {
    tell("of an unknown kind");
    watcher->on_exception();
  }
}

}  // namespace gatehouse::event

#include "event/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "event/loop.h"

namespace gatehouse::event {

Mailbox::Mailbox(Loop& loop, std::size_t capacity)
    : capacity_(capacity), fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  GH_CHECK(fd_ >= 0);
  watch_.open(loop, fd_, *this);
}

Mailbox::~Mailbox() {
  watch_.close();
  ::close(fd_);
}

bool Mailbox::post(std::function<void()> message) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= capacity_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    first = waiting_.empty();
    waiting_.push_back(std::move(message));
  }
  if (first) {
    wakes_.fetch_add(1, std::memory_order_relaxed);
    const std::uint64_t one = 1;
    static_cast<void>(!::write(fd_, &one, sizeof one));  // can only fail when it is already awake
  }
  return true;
}

void Mailbox::on_ready(bool, bool) {
  std::uint64_t count = 0;
  static_cast<void>(!::read(fd_, &count, sizeof count));
  std::vector<std::function<void()>> messages;
  {
    const std::lock_guard lock(mutex_);
    messages.swap(waiting_);
  }
  for (auto& message : messages) message();
}

}  // namespace gatehouse::event

#include "event/offload.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "event/thread.h"

namespace gatehouse::event {
namespace {

std::atomic<std::size_t> under_way{0};  // waiting, or being done

class Helpers {
 public:
  Helpers() {
    for (unsigned i = 0; i < kHelperThreads; ++i)
      threads_.emplace_back("helper " + std::to_string(i), [this] { work(); });
  }
  ~Helpers() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    more_.notify_all();
  }

  bool take(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= kMostOffloaded) return false;
      waiting_.push_back(std::move(work));
      ++under_way;
    }
    more_.notify_one();
    return true;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      more_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (over_) return;
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      next();
      --under_way;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> waiting_;
  bool over_ = false;
  std::vector<Thread> threads_;  // last: joined before the rest goes
};

}  // namespace

bool offload(std::function<void()> work) {
  static Helpers helpers;
  return helpers.take(std::move(work));
}

std::size_t offloaded() { return under_way.load(); }

}  // namespace gatehouse::event

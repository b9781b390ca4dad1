// Threads for what blocks: a folder on a disk, the hash of a password.
//
//   struct Shared {
//     explicit Shared(const Config&) {}
//     Helpers helpers{2, 64};
//   };
//   struct Look : Helpers::Job {
//     void run() override { … }     // on such a thread: it may wait, and touches no exchange
//   };
//   Task<Verdict> on_request(Exchange& x) {
//     auto look = std::make_shared<Look>();
//     if (!co_await shared.helpers.run(x, look)) co_return deny(503);   // too many wait
//     …
#pragma once

#include <condition_variable>
#include <deque>
#include <gatehouse/exchange.hpp>
#include <mutex>
#include <thread>

namespace [[gnu::visibility("hidden")]] gatehouse {

// Part of what a plugin shares.  The threads begin with the first job.  Thread: any.
class Helpers {
 public:
  struct Job {
    virtual ~Job() = default;
    virtual void run() = 0;
  };
  class Wait;

  Helpers(unsigned threads, std::size_t most_waiting)
      : count_(threads), most_waiting_(most_waiting) {}
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  // Ends the jobs that are under way; the others are dropped.
  ~Helpers();

  // To be awaited.  True: the job has run.  False: so many wait already that it was not taken.
  [[nodiscard]] Wait run(Exchange& x, std::shared_ptr<Job> job);

 private:
  // Between a job and its wait, which may be over before.
  struct Line {
    Wait* wait;  // on the worker's thread only
    std::shared_ptr<Job> job;
    std::uint32_t worker;
    Helpers* of;
  };
  using Ended = std::shared_ptr<Line>;

  bool take(std::shared_ptr<Line> line);
  void work();
  static void go_home(void* user) noexcept;

  const unsigned count_;
  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Line>> waiting_;
  std::size_t on_their_way_ = 0;  // messages to workers, which run this plugin's code
  bool over_ = false;
  std::vector<std::thread> threads_;
};

class Helpers::Wait : public detail::Wait {
 public:
  Wait(Helpers& helpers, std::shared_ptr<Job> job, std::uint32_t worker)
      : helpers_(helpers),
        line_(std::make_shared<Line>(Line{nullptr, std::move(job), worker, &helpers})) {}
  ~Wait() { line_->wait = nullptr; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> task) {
    wait_in(task);
    line_->wait = this;
    was_taken_ = helpers_.take(line_);
    return was_taken_;
  }
  [[nodiscard]] bool await_resume() const noexcept { return was_taken_; }

 private:
  friend class Helpers;
  void done() noexcept { resume(); }
  Helpers& helpers_;
  std::shared_ptr<Line> line_;
  bool was_taken_ = false;
};

inline Helpers::Wait Helpers::run(Exchange& x, std::shared_ptr<Job> job) {
  return {*this, std::move(job), x.worker().address()};
}

inline bool Helpers::take(std::shared_ptr<Line> line) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || waiting_.size() >= most_waiting_) return false;
    while (threads_.size() < count_) threads_.emplace_back([this] { work(); });
    waiting_.push_back(std::move(line));
  }
  changed_.notify_all();
  return true;
}

inline void Helpers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
    if (over_) return;
    std::shared_ptr<Line> line = std::move(waiting_.front());
    waiting_.pop_front();
    ++on_their_way_;
    lock.unlock();
    try {
      line->job->run();
    } catch (const std::exception& error) {
      log_error(error.what());
    }
    const std::uint32_t worker = line->worker;
    auto* ended = new Ended(std::move(line));
    const bool posted = post(worker, &Helpers::go_home, ended);
    if (!posted) delete ended;
    lock.lock();
    if (!posted) --on_their_way_;
  }
}

// On the worker's thread.
inline void Helpers::go_home(void* user) noexcept {
  const std::unique_ptr<Ended> ended(static_cast<Ended*>(user));
  Helpers& of = *(*ended)->of;
  if (Wait* wait = std::exchange((*ended)->wait, nullptr)) wait->done();
  // Under the lock: who waits for this may not go before it is let go of.
  const std::lock_guard lock(of.mutex_);
  --of.on_their_way_;
  of.changed_.notify_all();
}

inline Helpers::~Helpers() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  // Messages run this plugin's code: it stays until they have; a worker that ended drops its own.
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::seconds(1), [this] { return on_their_way_ == 0; });
}

}  // namespace gnu::visibility("hidden")]]gatehouse

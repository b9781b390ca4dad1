#include "observe/access_writer.h"

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace gatehouse::observe {
namespace {

constexpr std::size_t kBatch = 64 * 1024;
constexpr int kNap = 20;         // ms: half of what a reader of the log may wait
constexpr int kIdleRounds = 10;  // naps without a record before the writer sleeps
constexpr int kPatience = 100;   // ms between looks at what else is wanted while an output is full

void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace

AccessLog::Writer::Writer(AccessOutput output, std::string path, AccessFormat format,
                          Bytes ring_size, Log& log)
    : ring_size_(ring_size),
      log_(log),
      output_(std::move(output)),
      path_(path),
      format_(format),
      batch_(new char[1 + kBatch + kLongestAccessLine]),
      current_path_(std::move(path)),
      current_format_(format) {
  batch_[0] = '\n';
}

void AccessLog::Writer::start() {
  // Signals are for other threads; a SIGPIPE blocked here stays an EPIPE.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_setname_np(thread_.native_handle(), "access_log");
}

AccessRing& AccessLog::Writer::ring(std::size_t worker) {
  const std::lock_guard lock(mutex_);
  while (rings_.size() <= worker) rings_.push_back(std::make_unique<AccessRing>(ring_size_, bell_));
  return *rings_[worker];
}

Status AccessLog::Writer::change(const std::string& path, AccessFormat format) {
  Result<AccessOutput> output = AccessOutput::open(path);
  if (!output) return tl::make_unexpected(std::move(output.error()));
  {
    const std::lock_guard lock(mutex_);
    change_.emplace(Change{std::move(*output), path, format});
  }
  change_waits_.store(true, std::memory_order_release);
  current_path_ = path;
  current_format_ = format;
  bell_.wake();
  return {};
}

Status AccessLog::Writer::reopen() {
  if (current_path_ == "-") return {};  // there is nothing to open
  return change(current_path_, current_format_);
}

AccessLogCounts AccessLog::Writer::counts() const {
  AccessLogCounts counts;
  counts.records = records_.load(std::memory_order_relaxed);
  counts.bytes = bytes_.load(std::memory_order_relaxed);
  counts.failed = failed_.load(std::memory_order_relaxed);
  counts.wakes = bell_.wakes();
  counts.asleep = bell_.asleep();
  const std::lock_guard lock(mutex_);
  counts.dropped = dropped();
  return counts;
}

AccessLog::Writer::Ending AccessLog::Writer::stop(Millis within) {
  if (!thread_.joinable()) return ending_;
  deadline_us_.store(SystemClock().monotonic().us + Micros(within).count(),
                     std::memory_order_relaxed);
  stopping_.store(true, std::memory_order_release);
  bell_.wake();
  std::unique_lock lock(mutex_);
  // The writer itself gives up at the deadline; only one that hangs in the kernel outlasts the
  // grace.
  const Millis grace = within + Millis(3 * kPatience);
  if (!done_changed_.wait_for(lock, grace, [this] { return done_; })) {
    thread_.detach();
    return ending_ = Ending::stuck;
  }
  lock.unlock();
  thread_.join();
  return ending_ = gave_up_at_stop_ ? Ending::lossy : Ending::clean;
}

void AccessLog::Writer::run() {
  while (true) {
    take_change();
    const bool stopping = stopping_.load(std::memory_order_acquire);
    if (fill_batch()) {
      const bool more = batch_size_ >= kBatch;
      write_batch();
      tell_dropped();
      bell_.stay_awake();
      idle_rounds_ = 0;
      if (!more && !stopping) bell_.nap(kNap);
    } else if (stopping) {
      break;
    } else {
      rest();
    }
  }
  tell_dropped();
  const std::lock_guard lock(mutex_);
  done_ = true;
  done_changed_.notify_all();
}

void AccessLog::Writer::rest() {
  ++idle_rounds_;
  if (idle_rounds_ <= kIdleRounds) {
    if (idle_rounds_ == kIdleRounds) bell_.announce_sleep();
    bell_.nap(kNap);
    return;
  }
  bell_.sleep();
  bell_.stay_awake();
  idle_rounds_ = 0;
}

void AccessLog::Writer::take_change() {
  if (!change_waits_.load(std::memory_order_acquire)) return;
  std::optional<Change> change;
  {
    const std::lock_guard lock(mutex_);
    change_waits_.store(false, std::memory_order_relaxed);
    change.swap(change_);
  }
  if (!change) return;
  output_ = std::move(change->output);
  path_ = std::move(change->path);
  format_ = change->format;
  torn_ = false;
  log_.write(Event::access_log_reopened, {{"path", path_}});
}

bool AccessLog::Writer::fill_batch() {
  const std::lock_guard lock(mutex_);
  char* const begin = batch_.get() + 1;
  char* out = begin;
  batch_records_ = 0;
  AccessRecord record;
  // Another ring comes first each time, or a busy one would keep the others waiting.
  if (++first_ring_ >= rings_.size()) first_ring_ = 0;
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    AccessRing& ring = *rings_[(first_ring_ + i) % rings_.size()];
    while (out < begin + kBatch && ring.front(record)) {
      out = formatter_.write(out, record, format_);
      ring.pop();
      ++batch_records_;
    }
  }
  batch_size_ = static_cast<std::size_t>(out - begin);
  return batch_records_ != 0;
}

void AccessLog::Writer::write_batch() {
  std::string_view left(batch_.get() + 1, batch_size_);
  if (torn_) left = {batch_.get(), batch_size_ + 1};
  while (!left.empty()) {
    // Once nobody may wait, what is left of the rings goes the same way without another wait.
    const int patience = may_wait() ? kPatience : 0;
    const std::int64_t n = output_.wait_writable(patience) ? output_.write_some(left) : 0;
    if (n < 0) return give_up(left, errno);
    if (n > 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
      torn_ = false;
      continue;
    }
    tell_dropped();
    if (!may_wait()) {
      gave_up_at_stop_ = stopping_.load(std::memory_order_relaxed);
      return give_up(left, EAGAIN);
    }
  }
  add(records_, batch_records_);
  add(bytes_, batch_size_);
}

// Not when the process ends, and not when another output is wanted instead of one that is full.
bool AccessLog::Writer::may_wait() const {
  if (change_waits_.load(std::memory_order_relaxed)) return false;
  return !stopping_.load(std::memory_order_relaxed) ||
         SystemClock().monotonic().us < deadline_us_.load(std::memory_order_relaxed);
}

void AccessLog::Writer::give_up(std::string_view left, int code) {
  const char* const begin = batch_.get() + 1;
  if (left.data() >= begin) {
    torn_ = left.data() > begin ? left.data()[-1] != '\n' : torn_;
  } else {
    left.remove_prefix(1);  // not even the newline of the torn line before was taken
  }
  const auto lost = static_cast<std::uint64_t>(std::count(left.begin(), left.end(), '\n'));
  add(records_, batch_records_ - lost);
  add(bytes_, batch_size_ - left.size());
  add(failed_, lost);
  log_.write(Event::access_log_failed, {{"path", path_},
                                        {"error", std::strerror(code)},
                                        {"records", failed_.load(std::memory_order_relaxed)}});
}

void AccessLog::Writer::tell_dropped() {
  std::uint64_t now = 0;
  {
    const std::lock_guard lock(mutex_);
    now = dropped();
  }
  if (now == told_dropped_) return;
  told_dropped_ = now;
  log_.write(Event::access_log_dropped, {{"records", now}});
}

std::uint64_t AccessLog::Writer::dropped() const {
  std::uint64_t sum = 0;
  for (const auto& ring : rings_) sum += ring->dropped();
  return sum;
}

}  // namespace gatehouse::observe

// The thread behind AccessLog.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "observe/access_log.h"
#include "observe/access_output.h"

namespace gatehouse::observe {

// Thread: `run` is the writer's, the public functions are the owner's (`counts`: any).
class AccessLog::Writer {
 public:
  Writer(AccessOutput output, std::string path, AccessFormat format, Bytes ring_size, Log& log);

  void start();
  [[nodiscard]] AccessRing& ring(std::size_t worker);
  [[nodiscard]] Status change(const std::string& path, AccessFormat format);
  [[nodiscard]] Status reopen();
  [[nodiscard]] AccessLogCounts counts() const;

  enum class Ending : std::uint8_t { clean, lossy, stuck };
  // After `stuck` the thread still uses this object, which must be left to it.
  Ending stop(Millis within);

 private:
  struct Change {
    AccessOutput output;
    std::string path;
    AccessFormat format;
  };

  void run();
  void rest();
  void take_change();
  // Formats what the rings hold, up to a batch.
  [[nodiscard]] bool fill_batch();
  void write_batch();
  [[nodiscard]] bool may_wait() const;
  void give_up(std::string_view left, int code);
  void tell_dropped();
  [[nodiscard]] std::uint64_t dropped() const;  // with mutex_

  const Bytes ring_size_;
  Log& log_;
  AccessBell bell_;
  mutable std::mutex mutex_;
  std::deque<std::unique_ptr<AccessRing>> rings_;
  std::optional<Change> change_;
  std::atomic<bool> change_waits_{false};

  // The writer's.
  AccessOutput output_;
  std::string path_;
  AccessFormat format_;
  AccessFormatter formatter_;
  const std::unique_ptr<char[]> batch_;  // starts with the newline that ends a torn line
  std::size_t batch_size_ = 0;
  std::uint64_t batch_records_ = 0;
  std::size_t first_ring_ = 0;
  int idle_rounds_ = 0;
  bool torn_ = false;  // the output ends in the middle of a line
  std::uint64_t told_dropped_ = 0;

  std::string current_path_;  // the owner's: what reopen opens
  AccessFormat current_format_;

  std::atomic<std::uint64_t> records_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> failed_{0};

  std::thread thread_;
  Ending ending_ = Ending::clean;
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> deadline_us_{0};
  bool gave_up_at_stop_ = false;
  bool done_ = false;  // with mutex_
  std::condition_variable done_changed_;
};

}  // namespace gatehouse::observe

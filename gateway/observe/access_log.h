// The access log: one record per exchange, from any number of workers into one file.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "observe/access_format.h"
#include "observe/access_ring.h"
#include "observe/log.h"

namespace gatehouse::observe {

// Since the start of the process.  `failed`: formatted, but the output did not take them.
// `dropped`: no room in a ring.
struct AccessLogCounts {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
  std::uint64_t wakes = 0;
  bool asleep = false;  // the writer, until the next record
};

// Formats and writes on a thread of its own; workers only fill their ring.  A record is in the file
// within about 50 ms. A slow or full output loses records, counted, and never makes a worker wait;
// what it lost is told in the operator's log (access_log_failed, access_log_dropped).
// Thread: its owner's (control), except the rings and `counts`.  Owns: the rings, the output, the
// thread.
class AccessLog {
 public:
  // Opens `path` ("-": standard output) and starts the writer.  Errors: those of
  // AccessOutput::open.
  static Result<AccessLog> start(const std::string& path, AccessFormat format,
                                 Bytes ring_size = AccessRing::kDefaultSize,
                                 Log& operator_log = log());
  AccessLog(AccessLog&&) noexcept;
  AccessLog& operator=(AccessLog&&) = delete;
  // Stops, waiting up to two seconds.
  ~AccessLog();

  // The ring of worker number `worker`; made at the first call, valid until the log is gone.  A new
  // worker takes over the ring of one that has ended.
  [[nodiscard]] AccessRing& ring(std::size_t worker);

  // Goes on in another file or format, behind the records that are formatted already.
  // Errors: those of AccessOutput::open; then nothing changes.
  [[nodiscard]] Status change(const std::string& path, AccessFormat format);
  // Opens the path again, for a file that was renamed (SIGUSR1).  No record is lost: those before
  // stay in the old file.
  [[nodiscard]] Status reopen();

  [[nodiscard]] AccessLogCounts counts() const;

  // Writes what the rings hold and ends.  False: `within` was too short; the rest is lost, and a
  // writer that hangs in the kernel is left behind, since the process ends anyway.  Workers must
  // not push any more; an operator log of the caller's must outlive the process.
  bool stop(Millis within);

 private:
  class Writer;
  explicit AccessLog(std::unique_ptr<Writer> writer);

  std::unique_ptr<Writer> writer_;
  bool stuck_ = false;
};

}  // namespace gatehouse::observe

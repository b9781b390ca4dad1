#include "observe/access_log.h"

#include <utility>

#include "observe/access_writer.h"

namespace gatehouse::observe {

Result<AccessLog> AccessLog::start(const std::string& path, AccessFormat format, Bytes ring_size,
                                   Log& operator_log) {
  Result<AccessOutput> output = AccessOutput::open(path);
  if (!output) return tl::make_unexpected(std::move(output.error()));
  auto writer = std::make_unique<Writer>(std::move(*output), path, format, ring_size, operator_log);
  writer->start();
  return AccessLog(std::move(writer));
}

AccessLog::AccessLog(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
AccessLog::AccessLog(AccessLog&&) noexcept = default;
AccessLog::~AccessLog() {
  if (writer_ == nullptr) return;
  stop(Millis(2000));
  if (stuck_) static_cast<void>(writer_.release());  // its thread still uses it
}

AccessRing& AccessLog::ring(std::size_t worker) { return writer_->ring(worker); }
Status AccessLog::change(const std::string& path, AccessFormat format) {
  return writer_->change(path, format);
}
Status AccessLog::reopen() { return writer_->reopen(); }
AccessLogCounts AccessLog::counts() const { return writer_->counts(); }

bool AccessLog::stop(Millis within) {
  const Writer::Ending ending = writer_->stop(within);
  stuck_ = ending == Writer::Ending::stuck;
  return ending == Writer::Ending::clean;
}

}  // namespace gatehouse::observe

// An access record as a line of text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "observe/access_record.h"
#include "observe/timestamp.h"

namespace gatehouse::observe {

// `json`: docs/access-log.md.  `alb`: the 29 fields of an AWS Application Load Balancer's access
// log up to classification_reason, so that parsers of that log work (docs/access-log.md says what
// each of ours means).
enum class AccessFormat : std::uint8_t { json, alb };

// Longer than any line: every text at its longest, every byte escaped, twice over for ALB, which
// repeats the target.
inline constexpr std::size_t kLongestAccessLine = [] {
  std::size_t sum = 4096;
  for (std::size_t longest : kAccessLongest) sum += 6 * longest;
  return sum;
}();

// Thread: its owner's.  Cost: about 140 ns a typical record as JSON, 250 ns for alb.
class AccessFormatter {
 public:
  // Writes the line with its newline and returns its end; `out` has room for kLongestAccessLine.
  // No value can end the line, close its quotes or hold a control byte.
  [[nodiscard]] char* write(char* out, const AccessRecord& record, AccessFormat format) noexcept;

 private:
  [[nodiscard]] char* write_json(char* out, const AccessRecord& record) noexcept;
  [[nodiscard]] char* write_alb(char* out, const AccessRecord& record) noexcept;

  Timestamp time_;
  Timestamp creation_time_;
};

}  // namespace gatehouse::observe

// What a limit says about one request.
#pragma once

#include <cstdint>

namespace rate_limit {

// Times in nanoseconds.
struct Decision {
  bool admitted = false;
  std::int64_t next = 0;         // the state to keep; if refused never more than it was
  std::int64_t retry_after = 0;  // until a request would be admitted; 0 if this one was
  std::uint64_t remaining = 0;   // requests that would be admitted at once, after this one
  std::int64_t reset = 0;        // until all of the limit is there again
};

}  // namespace rate_limit

// What to do about the impossible: assert while developing, survive in production, or stop before
// corrupting.
#pragma once

#include <cstdint>

namespace gatehouse {

// Counts and logs (once per place) a bug that the caller survives.  Returns true, for `if
// (GH_BUG(x)) return;`.
bool report_bug(const char* file, int line, const char* what) noexcept;
// Tells bugs to `listener` instead of standard error.  Thread: any, but once is enough: at start.
using BugListener = void (*)(const char* file, int line, const char* what) noexcept;
void set_bug_listener(BugListener listener) noexcept;
// Bugs reported so far in this process; a metric, and what tests expect to be 0.
std::uint64_t bug_count() noexcept;
[[noreturn]] void check_failed(const char* file, int line, const char* what) noexcept;

}  // namespace gatehouse

#ifdef NDEBUG
#define GH_ASSERT(condition) static_cast<void>(0)
#else
#define GH_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::gatehouse::check_failed(__FILE__, __LINE__, #condition))
#endif
// True when `condition` (which must never hold) holds: counted, logged once; the caller ends this
// exchange.
#define GH_BUG(condition) ((condition) && ::gatehouse::report_bug(__FILE__, __LINE__, #condition))
// Aborts unless `condition` holds: for what would corrupt if it went on.
#define GH_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::gatehouse::check_failed(__FILE__, __LINE__, #condition))

#include "base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace gatehouse {
namespace {
std::atomic<std::uint64_t> bugs{0};
std::atomic<BugListener> bug_listener{nullptr};
}  // namespace

bool report_bug(const char* file, int line, const char* what) noexcept {
  const std::uint64_t before = bugs.fetch_add(1, std::memory_order_relaxed);
  if (const BugListener listener = bug_listener.load(std::memory_order_acquire)) {
    listener(file, line, what);
  } else if (before < 20) {
    std::fprintf(stderr, "gatehouse: bug at %s:%d: %s\n", file, line, what);
  }
  return true;
}

void set_bug_listener(BugListener listener) noexcept {
  bug_listener.store(listener, std::memory_order_release);
}

std::uint64_t bug_count() noexcept { return bugs.load(std::memory_order_relaxed); }

void check_failed(const char* file, int line, const char* what) noexcept {
  std::fprintf(stderr, "gatehouse: check failed at %s:%d: %s\n", file, line, what);
  std::abort();
}

}  // namespace gatehouse

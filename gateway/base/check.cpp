#include "base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace gatehouse {
namespace {
std::atomic<std::uint64_t> bugs{0};
}

bool report_bug(const char* file, int line, const char* what) noexcept {
  if (bugs.fetch_add(1, std::memory_order_relaxed) < 20) {
    std::fprintf(stderr, "gatehouse: bug at %s:%d: %s\n", file, line, what);
  }
  return true;
}

std::uint64_t bug_count() noexcept { return bugs.load(std::memory_order_relaxed); }

void check_failed(const char* file, int line, const char* what) noexcept {
  std::fprintf(stderr, "gatehouse: check failed at %s:%d: %s\n", file, line, what);
  std::abort();
}

}  // namespace gatehouse

#include "policy/budget.h"

#include <algorithm>
#include <ctime>

namespace gatehouse::policy {
namespace {

std::int64_t read(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

bool Meter::look() {
  const std::int64_t now = read(CLOCK_MONOTONIC);
  if (!looking_) {
    looking_ = true;
    since_us_ = now;
    cpu_since_us_ = kUnknown;
  }
  if (cpu_since_us_ == kUnknown) {
    if (now - since_us_ < kShort) return used_us_ + now - since_us_ < budget_.cpu_us;
    used_us_ += kShort;  // others may have kept it off the processor for the rest
    since_us_ = now;
    cpu_since_us_ = read(CLOCK_THREAD_CPUTIME_ID);
  }
  if (used_us_ + now - since_us_ < budget_.cpu_us) return true;
  // The thread's own clock is asked last: a run that others kept off the processor has time left.
  const std::int64_t cpu = read(CLOCK_THREAD_CPUTIME_ID) - cpu_since_us_;
  since_us_ = now - cpu;
  return used_us_ + cpu < budget_.cpu_us;
}

void Meter::stop_looking() {
  looking_ = false;
  used_us_ += cpu_since_us_ == kUnknown ? std::min(read(CLOCK_MONOTONIC) - since_us_, kShort)
                                        : read(CLOCK_THREAD_CPUTIME_ID) - cpu_since_us_;
}

}  // namespace gatehouse::policy

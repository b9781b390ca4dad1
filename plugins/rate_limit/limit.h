// A limit, however it is counted.
#pragma once

#include <cstdint>

#include "gcra.h"
#include "sliding_window.h"

namespace rate_limit {

// State: a number for each key, which only grows; 0: a key that nobody has used.
class Limit {
 public:
  Limit() = default;
  Limit(const Gcra& gcra) : gcra_(gcra) {}
  Limit(const SlidingWindow& window) : window_(window), slides_(true) {}

  [[nodiscard]] Decision decide(std::int64_t state, std::int64_t now) const {
    return slides_ ? window_.decide(state, now) : gcra_.decide(state, now);
  }
  [[nodiscard]] std::int64_t charge(std::int64_t state, std::int64_t now) const {
    return slides_ ? window_.charge(state, now) : gcra_.charge(state, now);
  }
  [[nodiscard]] std::int64_t passed(std::int64_t now) const {
    return slides_ ? window_.passed(now) : Gcra::passed(now);
  }
  [[nodiscard]] std::int64_t memory() const { return slides_ ? window_.memory() : gcra_.memory(); }
  [[nodiscard]] bool slides() const { return slides_; }
  [[nodiscard]] const Gcra& gcra() const { return gcra_; }
  [[nodiscard]] const SlidingWindow& window() const { return window_; }
  // Whether a state of one means the same to the other.
  [[nodiscard]] bool reads(const Limit& other) const {
    if (slides_ != other.slides_) return false;
    return !slides_ ||
           (window_.period == other.window_.period && window_.bits == other.window_.bits);
  }

 private:
  Gcra gcra_;
  SlidingWindow window_;
  bool slides_ = false;
};

}  // namespace rate_limit

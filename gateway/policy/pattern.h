// Lua's patterns (reference manual 5.1, 5.4.1), counted: a dozen of ".-" would otherwise run for
// hours, out of every hook's reach.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gatehouse::policy {

// One pattern on one subject.  Pure; its memory is bounded.
class Pattern {
 public:
  static constexpr int kMostCaptures = 32;
  static constexpr std::ptrdiff_t kOpen = -1;
  static constexpr std::ptrdiff_t kPosition = -2;  // "()": where it stands, no text
  struct Capture {
    const char* start;
    std::ptrdiff_t size;
  };
  // Told from time to time how many steps were taken; false: enough, the match is given up.
  using Count = bool (*)(void* user, std::uint64_t steps);

  Pattern(std::string_view subject, std::string_view pattern, Count count, void* user)
      : subject_begin_(subject.data()),
        subject_end_(subject.data() + subject.size()),
        end_(pattern.data() + pattern.size()),
        count_(count),
        user_(user) {}

  // Matches `pattern` (without its '^') at `at`, a place of the subject; null: it does not, or
  // `fault` says why that is not known.
  [[nodiscard]] const char* match(const char* at, const char* pattern);
  [[nodiscard]] int captures() const { return level_; }
  [[nodiscard]] const Capture& capture(int i) const {
    return captures_[static_cast<std::size_t>(i)];
  }
  // "": none; "stopped": by `count`; else what is wrong with the pattern.
  [[nodiscard]] const char* fault() const { return fault_; }

 private:
  // Deeper ones are refused: each level is a frame of the C stack.
  static constexpr int kMostDepth = 200;
  static constexpr std::uint32_t kReport = 1024;  // steps

  const char* run(const char* at, const char* pattern);
  const char* run_class(const char* at, const char* pattern, const char* behind);
  const char* most(const char* at, const char* pattern, const char* behind);
  const char* least(const char* at, const char* pattern, const char* behind);
  const char* open(const char* at, const char* pattern, std::ptrdiff_t what);
  const char* close(const char* at, const char* pattern);
  const char* balanced(const char* at, const char* pattern);
  const char* again(const char* at, char digit);
  [[nodiscard]] const char* behind_class(const char* pattern);
  [[nodiscard]] bool in_class(char c, const char* pattern, const char* behind) const;
  [[nodiscard]] bool in_set(char c, const char* set, const char* last) const;
  [[nodiscard]] const char* end_of_class(const char* at, const char* end, const char* pattern,
                                         const char* behind) const;
  [[nodiscard]] bool at_frontier(const char* at, const char* set, const char* behind) const;
  bool step();
  const char* fail(const char* why) {
    if (*fault_ == '\0') fault_ = why;
    return nullptr;
  }

  const char* subject_begin_;
  const char* subject_end_;
  const char* end_;
  Count count_;
  void* user_;
  std::array<Capture, kMostCaptures> captures_;  // of which `level_` are written
  int level_ = 0;
  int depth_ = 0;
  std::uint32_t steps_ = 0;
  const char* fault_ = "";
};

// Whether the text is its own pattern.
[[nodiscard]] inline bool is_plain(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
}

}  // namespace gatehouse::policy

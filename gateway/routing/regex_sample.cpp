#include "routing/regex_sample.h"

#include <algorithm>

#include "base/ascii.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kLongest = 1024;  // {1000} of {1000} are not written out
constexpr int kDeepest = 100;

class Sampler {
 public:
  explicit Sampler(std::string_view regex) : in_(regex) {}

  std::string any_of(int depth = 0) {
    std::string out = sequence(depth);
    while (next_is('|')) {
      ++at_;
      static_cast<void>(sequence(depth));
    }
    return out;
  }

 private:
  [[nodiscard]] bool ended() const { return at_ >= in_.size(); }
  [[nodiscard]] bool next_is(char c) const { return !ended() && in_[at_] == c; }

  std::string sequence(int depth) {
    std::string out;
    while (!ended() && in_[at_] != '|' && in_[at_] != ')') {
      const std::string one = atom(depth);
      for (std::size_t i = times(); i > 0 && out.size() + one.size() < kLongest; --i) out += one;
    }
    return out;
  }

  // How often the atom in front stands there at least.
  std::size_t times() {
    std::size_t out = 1;
    if (next_is('*') || next_is('?')) {
      out = 0;
      ++at_;
    } else if (next_is('+')) {
      ++at_;
    } else if (next_is('{') && at_ + 1 < in_.size() && ascii::is_digit(in_[at_ + 1])) {
      for (out = 0, ++at_; !ended() && ascii::is_digit(in_[at_]) && out < kLongest; ++at_)
        out = out * 10 + static_cast<std::size_t>(in_[at_] - '0');
      at_ = std::min(in_.find('}', at_), in_.size() - 1) + 1;
    } else {
      return out;
    }
    if (next_is('?')) ++at_;  // as few as possible
    return out;
  }

  std::string atom(int depth) {
    const char c = in_[at_++];
    if (c == '(') return depth < kDeepest ? group(depth + 1) : "";
    if (c == '[') return std::string(1, one_of());
    if (c == '\\' && !ended()) return escaped(in_[at_++]);
    if (c == '^' || c == '$') return "";
    return std::string(1, c == '.' ? 'x' : c);
  }

  std::string group(int depth) {
    if (next_is('?')) {
      const auto end = in_.find_first_of(":>)", at_);  // (?:, (?P<name>, (?i)
      at_ = std::min(end, in_.size());
      if (next_is(')')) {
        ++at_;
        return "";
      }
      if (!ended()) ++at_;
    }
    std::string out = any_of(depth);
    if (next_is(')')) ++at_;
    return out;
  }

  static std::string escaped(char c) {
    if (c == 'd') return "0";
    if (c == 'w' || c == 'D' || c == 'S' || c == 'p') return "x";
    if (c == 's' || c == 'W') return "-";
    if (ascii::is_alpha(c)) return "";  // a place between two characters
    return std::string(1, c);
  }

  // A character of the class that begins here.
  char one_of() {
    const bool negated = next_is('^');
    if (negated) ++at_;
    std::string members;
    for (bool first = true; !ended() && (first || in_[at_] != ']'); first = false) {
      char c = in_[at_++];
      if (c == '[' && next_is(':')) {
        at_ = std::min(in_.find(":]", at_), in_.size() - 2) + 2;
        members += "a0";
        continue;
      }
      if (c == '\\' && !ended()) {
        members += escaped(in_[at_++]);
        continue;
      }
      members += c;
      const bool range = at_ + 1 < in_.size() && in_[at_] == '-' && in_[at_ + 1] != ']';
      if (!range) continue;
      for (const char last = in_[at_ + 1]; c < last; ++c) members += static_cast<char>(c + 1);
      at_ += 2;
    }
    ++at_;
    if (!negated) return members.empty() ? 'x' : members.front();
    for (const char c : std::string_view("x0-_A."))
      if (members.find(c) == std::string::npos) return c;
    return 'x';
  }

  std::string_view in_;
  std::size_t at_ = 0;
};

}  // namespace

std::string regex_sample(std::string_view regex) { return Sampler(regex).any_of(); }

}  // namespace gatehouse::routing

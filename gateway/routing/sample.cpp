#include "routing/sample.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "config/scalar.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kLongest = 1024;
constexpr int kDeepest = 50;
// What a class is asked for first: such bytes may stand in paths, hosts and headers.
constexpr std::string_view kLiked = "x0aX-_./ ";

constexpr std::size_t place(char c) { return static_cast<unsigned char>(c); }

// Reads an expression that RE2 takes, and writes what it would match.
class RegexSample {
 public:
  explicit RegexSample(std::string_view regex) : rest_(regex) {}

  std::string alternatives(int depth) {
    std::string first = sequence(depth);
    while (take("|")) static_cast<void>(sequence(depth));
    return first;
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  char next() {
    if (rest_.empty()) return '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  std::string sequence(int depth) {
    std::string out;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const std::string one = piece(depth);
      const std::size_t times = least_times();
      for (std::size_t i = 0; i < times && out.size() + one.size() <= kLongest; ++i) out += one;
    }
    return out;
  }

  // How often the piece in front must stand.
  std::size_t least_times() {
    std::size_t times = 1;
    while (true) {
      if (take("*") || take("?")) {
        times = 0;
      } else if (rest_.starts_with('{') && rest_.size() > 1 && ascii::is_digit(rest_[1])) {
        const auto digits = rest_.substr(1, rest_.find_first_of(",}") - 1);
        times *= config::parse_integer(digits).value_or(1);
        rest_.remove_prefix(std::min(rest_.find('}'), rest_.size() - 1) + 1);
      } else if (!take("+")) {
        return std::min(times, kLongest);
      }
    }
  }

  std::string piece(int depth) {
    if (take("(")) return group(depth);
    if (take("[")) return one_of_class();
    if (take("\\")) return escape();
    const char c = next();
    if (c == '^' || c == '$') return {};
    return std::string(1, c == '.' ? 'x' : c);
  }

  std::string group(int depth) {
    if (take("?")) {
      const auto end = rest_.find_first_of(":>)");
      if (end == std::string_view::npos) return {};
      const bool flags_alone = rest_[end] == ')';
      rest_.remove_prefix(end + 1);
      if (flags_alone) return {};
    }
    if (depth == kDeepest) return {};
    std::string out = alternatives(depth + 1);
    take(")");
    return out;
  }

  // What a class of one letter behind a backslash holds; false: it is no class.
  static bool add_class(char c, std::array<bool, 128>& in) {
    for (char b = ' '; b < 0x7f; ++b) {
      bool has = false;
      switch (ascii::lower(c)) {
        case 'd':
          has = ascii::is_digit(b);
          break;
        case 'w':
          has = ascii::is_digit(b) || ascii::is_alpha(b) || b == '_';
          break;
        case 's':
          has = b == ' ';
          break;
        default:
          return false;
      }
      if (has == (c == ascii::lower(c))) in[place(b)] = true;
    }
    return true;
  }

  static std::string liked(const std::array<bool, 128>& in) {
    for (const char c : kLiked) {
      if (in[place(c)]) return std::string(1, c);
    }
    for (char c = '!'; c < 0x7f; ++c) {
      if (in[place(c)]) return std::string(1, c);
    }
    return {};
  }

  std::string escape() {
    const char c = next();
    std::array<bool, 128> in{};
    if (add_class(c, in)) return liked(in);
    const bool nothing = ascii::is_alpha(c) || ascii::is_digit(c);  // \b, \A, \z, \x41 …
    return nothing ? std::string() : std::string(1, c);
  }

  std::string one_of_class() {
    std::array<bool, 128> in{};
    const bool negated = take("^");
    const auto set = [&](char c) {
      if (place(c) < in.size()) in[place(c)] = true;
    };
    bool first = true;
    while (!rest_.empty() && (first || rest_[0] != ']')) {
      first = false;
      if (rest_.starts_with("[:")) return {};
      char from = next();
      if (from == '\\') {
        from = next();
        if (add_class(from, in)) continue;
      }
      set(from);
      if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      rest_.remove_prefix(1);
      char to = next();
      if (to == '\\') to = next();
      for (std::size_t c = place(from); c <= place(to); ++c) set(static_cast<char>(c));
    }
    take("]");
    if (negated) {
      for (char c = '!'; c < 0x7f; ++c) in[place(c)] = !in[place(c)];
    }
    return liked(in);
  }

  std::string_view rest_;
};

}  // namespace

std::string sample_of_glob(std::string_view pattern, std::string_view star, char one) {
  std::string out;
  for (const char c : pattern) {
    if (c == kAny) {
      out += star;
    } else {
      out += c == kOne ? one : c;
    }
  }
  return out;
}

std::string sample_of_regex(std::string_view regex) { return RegexSample(regex).alternatives(0); }

std::optional<std::string> sample_of(const Pattern& pattern, std::string_view star, char one,
                                     std::string_view begin) {
  if (!pattern.is_regex()) return sample_of_glob(pattern.text(), star, one);
  const std::string sample = sample_of_regex(pattern.text());
  std::string longer(begin);
  longer += sample;
  if (!sample.starts_with(begin) && pattern.matches(longer)) return longer;
  if (pattern.matches(sample)) return sample;
  return std::nullopt;
}

}  // namespace gatehouse::routing

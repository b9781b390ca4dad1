#include "crypto/jose/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/ascii.h"
#include "crypto/jose/utf8.h"

namespace gatehouse::crypto::jose {
namespace {

constexpr std::uint32_t kMembersOfAnObject = 128;

enum class Class : std::uint8_t { control, plain, quote, escape, high };
constexpr std::array<Class, 256> kClasses = [] {
  std::array<Class, 256> classes{};
  for (std::size_t c = 0x20; c < 0x80; ++c) classes[c] = Class::plain;
  for (std::size_t c = 0x80; c < 0x100; ++c) classes[c] = Class::high;
  classes['"'] = Class::quote;
  classes['\\'] = Class::escape;
  return classes;
}();
Class class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

// Descends through the text once.  The byte behind it is NUL, which no rule takes.
class JsonReader {
 public:
  JsonReader(Json& json, char* text, std::size_t size) : json_(json), at_(text), end_(text + size) {
    *end_ = '\0';
    json_.nodes_.clear();
    json_.root_marks_ = 0;
  }

  std::optional<TokenFault> run() {
    skip();
    if (*at_ != '{' || !value({}, 0, 1)) return fault_;
    skip();
    if (at_ != end_) return TokenFault::bad_json;
    return std::nullopt;
  }

 private:
  bool value(std::string_view key, std::uint8_t mark, std::uint32_t depth) {
    if (json_.nodes_.size() >= json_.limits_.nodes) return false;
    const std::size_t self = json_.nodes_.size();
    JsonNode& node = json_.nodes_.emplace_back();  // stays where it is: room was taken for all
    node.key = key;
    node.mark = mark;
    bool good = false;
    switch (*at_) {
      case '{':
        node.type = JsonType::object;
        good = depth <= json_.limits_.depth && object(self, depth);
        break;
      case '[':
        node.type = JsonType::array;
        good = depth <= json_.limits_.depth && array(depth);
        break;
      case '"':
        node.type = JsonType::string;
        good = string(node.text);
        break;
      case 't':
      case 'f':
      case 'n':
        good = word(node);
        break;
      default:
        node.type = JsonType::number;
        good = number(node.text);
    }
    node.next = static_cast<std::uint32_t>(json_.nodes_.size());
    return good;
  }

  bool object(std::size_t self, std::uint32_t depth) {
    std::uint64_t marks = 0;
    std::uint32_t count = 0;
    ++at_;
    skip();
    if (take('}')) return true;
    do {
      skip();
      std::string_view key;
      if (*at_ != '"' || !string(key)) return false;
      if (++count > kMembersOfAnObject || ++members_ > json_.limits_.members) return false;
      const std::uint8_t mark = Json::mark_of(key);
      if ((marks & Json::bit_of(mark)) != 0 && is_there(self, key)) {
        fault_ = TokenFault::duplicate_member;
        return false;
      }
      marks |= Json::bit_of(mark);
      if (self == 0) json_.root_marks_ = marks;
      skip();
      if (!take(':')) return false;
      skip();
      if (!value(key, mark, depth + 1)) return false;
      skip();
    } while (take(','));
    return take('}');
  }

  bool array(std::uint32_t depth) {
    ++at_;
    skip();
    if (take(']')) return true;
    do {
      skip();
      if (!value({}, 0, depth + 1)) return false;
      skip();
    } while (take(','));
    return take(']');
  }

  // Whether the object, whose end is not known yet, has the member already.
  [[nodiscard]] bool is_there(std::size_t self, std::string_view key) const {
    for (std::size_t i = self + 1; i < json_.nodes_.size(); i = json_.nodes_[i].next) {
      if (json_.nodes_[i].key == key) return true;
    }
    return false;
  }

  bool string(std::string_view& out) {
    char* const begin = ++at_;
    while (class_of(*at_) == Class::plain) ++at_;
    if (*at_ != '"') return rest_of_string(begin, out);
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
  }

  // Behind what is plain: few strings have more.
  [[gnu::noinline]] bool rest_of_string(char* const begin, std::string_view& out) {
    char* to = at_;
    for (;;) {
      switch (class_of(*at_)) {
        case Class::quote:
          ++at_;
          out = {begin, static_cast<std::size_t>(to - begin)};
          return true;
        case Class::escape:
          if (!unescape(to)) return false;
          break;
        case Class::high: {
          const std::size_t length = utf8_length({at_, static_cast<std::size_t>(end_ - at_)});
          if (length == 0) return false;
          to = move(at_, to, length);
          at_ += length;
          break;
        }
        case Class::plain: {
          char* const run = at_;
          while (class_of(*at_) == Class::plain) ++at_;
          to = move(run, to, static_cast<std::size_t>(at_ - run));
          break;
        }
        case Class::control:
          return false;
      }
    }
  }

  static char* move(const char* from, char* to, std::size_t size) {
    if (from != to) std::memmove(to, from, size);
    return to + size;
  }

  // What an escape means is never longer than the escape.
  bool unescape(char*& to) {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    const char kind = *++at_;
    if (kind == 'u') return unescape_code(to);
    const std::size_t which = kEscapes.find(kind);
    if (kind == '\0' || which == std::string_view::npos) return false;
    *to++ = kMeaning[which];
    ++at_;
    return true;
  }

  bool unescape_code(char*& to) {
    std::uint32_t code = 0;
    if (!four_digits(code) || (code >= 0xdc00 && code <= 0xdfff)) return false;
    if (code >= 0xd800 && code <= 0xdbff) {
      std::uint32_t low = 0;
      if (at_[0] != '\\' || at_[1] != 'u') return false;
      ++at_;
      if (!four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    to = append_utf8(code, to);
    return true;
  }

  // `at_` is at the u.
  bool four_digits(std::uint32_t& code) {
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = ascii::hex_value(*at_);
      if (digit < 0) return false;
      code = code << 4 | static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  bool number(std::string_view& out) {
    const char* const begin = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
  }
  bool digits() {
    const char* const begin = at_;
    while (ascii::is_digit(*at_)) ++at_;
    return at_ != begin;
  }

  bool word(JsonNode& node) {
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    for (const std::string_view known : {"true", "false", "null"}) {
      if (!rest.starts_with(known)) continue;
      node.type = known == "null" ? JsonType::null : JsonType::boolean;
      node.text = known;
      at_ += known.size();
      return true;
    }
    return false;
  }

  void skip() {
    while (is_blank(*at_)) ++at_;
  }
  bool take(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
  }

  Json& json_;
  char* at_;
  char* end_;
  std::uint32_t members_ = 0;
  TokenFault fault_ = TokenFault::bad_json;
};

Json::Json(JsonLimits limits) : limits_(limits) { nodes_.reserve(limits.nodes); }

std::optional<TokenFault> Json::read(char* text, std::size_t size) noexcept {
  return JsonReader(*this, text, size).run();
}

const JsonNode* Json::find(const JsonNode& object, std::string_view key, std::uint8_t mark) const {
  if (object.type != JsonType::object) return nullptr;
  const std::size_t self = static_cast<std::size_t>(&object - nodes_.data());
  for (std::size_t i = self + 1; i < object.next; i = nodes_[i].next) {
    if (nodes_[i].mark == mark && nodes_[i].key == key) return &nodes_[i];
  }
  return nullptr;
}

std::optional<std::int64_t> seconds_of(const JsonNode& node, bool up) {
  constexpr std::int64_t kTooMuch = std::int64_t{1} << 53;
  if (node.type != JsonType::number || node.text.front() == '-') return std::nullopt;
  const char* const end = node.text.data() + node.text.size();
  std::int64_t whole = 0;
  constexpr std::size_t kSmall = 15;  // digits that are below 2^53
  if (node.text.size() <= kSmall) {
    unsigned most = 0;
    for (const char c : node.text) {
      const auto digit = static_cast<unsigned char>(c - '0');
      most = std::max<unsigned>(most, digit);
      whole = whole * 10 + digit;
    }
    if (most <= 9) return whole;
  }
  const auto read = std::from_chars(node.text.data(), end, whole);
  if (read.ec == std::errc() && read.ptr == end) {
    return whole < kTooMuch ? std::optional(whole) : std::nullopt;
  }
  double number = 0;
  if (std::from_chars(node.text.data(), end, number).ec != std::errc()) return std::nullopt;
  number = up ? std::ceil(number) : std::floor(number);
  if (!(number < static_cast<double>(kTooMuch))) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace gatehouse::crypto::jose

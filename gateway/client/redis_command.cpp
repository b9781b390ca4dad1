#include "client/redis_command.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace gatehouse::client {
namespace {

constexpr std::size_t kLongestHead = 24;  // '$', 20 digits, CR LF

void write_head(std::string& to, char kind, std::size_t number) {
  char text[kLongestHead];
  text[0] = kind;
  char* end = std::to_chars(text + 1, text + kLongestHead, number).ptr;
  *end++ = '\r';
  *end++ = '\n';
  to.append(text, static_cast<std::size_t>(end - text));
}

// In order, for a binary search.
constexpr std::string_view kOwnConnection[] = {
    "ASKING",    "AUTH",        "BLMOVE",     "BLMPOP", "BLPOP",        "BRPOP",     "BRPOPLPUSH",
    "BZMPOP",    "BZPOPMAX",    "BZPOPMIN",   "CLIENT", "DISCARD",      "EXEC",      "HELLO",
    "MONITOR",   "MULTI",       "PSUBSCRIBE", "PSYNC",  "PUNSUBSCRIBE", "QUIT",      "READONLY",
    "READWRITE", "REPLCONF",    "RESET",      "SELECT", "SSUBSCRIBE",   "SUBSCRIBE", "SUNSUBSCRIBE",
    "SYNC",      "UNSUBSCRIBE", "UNWATCH",    "WAIT",   "WAITAOF",      "WATCH"};
static_assert(std::is_sorted(std::begin(kOwnConnection), std::end(kOwnConnection)));

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

}  // namespace

void write_command(std::string& to, std::span<const std::string_view> words) {
  write_head(to, '*', words.size());
  for (const std::string_view word : words) {
    write_head(to, '$', word.size());
    to += word;
    to += "\r\n";
  }
}

std::size_t command_size(std::span<const std::string_view> words) {
  std::size_t out = kLongestHead;
  for (const std::string_view word : words) out += kLongestHead + word.size() + 2;
  return out;
}

bool may_share(std::span<const std::string_view> words) {
  constexpr std::size_t kLongestName = 12;
  if (words.empty() || words[0].size() > kLongestName) return !words.empty();
  const std::string name = upper(words[0]);
  if (std::binary_search(std::begin(kOwnConnection), std::end(kOwnConnection),
                         std::string_view(name)))
    return false;
  const bool may_wait = name == "XREAD" || name == "XREADGROUP";
  return !may_wait || std::none_of(words.begin(), words.end(), [](std::string_view word) {
    return word.size() == 5 && upper(word) == "BLOCK";
  });
}

}  // namespace gatehouse::client

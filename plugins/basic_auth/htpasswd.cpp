#include "htpasswd.h"

#include <crypt.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace basic_auth {
namespace {

// Scheme and cost: "$2y$12", "$6$rounds=5000", "$5".
std::string cost_of(std::string_view hash) {
  const std::size_t scheme = hash.find('$', 1);
  const std::string_view rest = hash.substr(scheme + 1);
  const bool has_cost = hash.starts_with("$2") || rest.starts_with("rounds=");
  // Both spellings of bcrypt cost the same.
  const std::string name = hash.starts_with("$2") ? "$2" : std::string(hash.substr(0, scheme));
  return has_cost ? name + '$' + std::string(rest.substr(0, rest.find('$'))) : name;
}

// A bcrypt hash is 60 characters, of which 22 are salt; of the others the last part is the hash.
std::size_t hash_begins(std::string_view hash) {
  return hash.starts_with("$2") ? 29 : hash.rfind('$') + 1;
}

bool is_salt(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char low = static_cast<char>(c | 0x20);
    return (low >= 'a' && low <= 'z') || (c >= '.' && c <= '9');
  });
}

// 0: it is none.
unsigned number(std::string_view text) {
  unsigned out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : 0;
}

// The rounds that "rounds=N" names, or those without it; 0: crypt(3) would take no such hash.
unsigned rounds_of(std::string_view rest) {
  constexpr unsigned kWithout = 5000, kLeast = 1000, kMost = 999'999'999;
  if (!rest.starts_with("rounds=")) return kWithout;
  const unsigned rounds = number(rest.substr(7, rest.find('$') - 7));
  return rounds < kLeast || rounds > kMost ? 0 : rounds;
}

bool is_bcrypt(std::string_view hash) {
  return hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
}

bool is_known_form(std::string_view hash) {
  if (is_bcrypt(hash)) {
    const unsigned cost = hash.size() == 60 && hash[6] == '$' ? number(hash.substr(4, 2)) : 0;
    return cost >= 4 && cost <= 31 && is_salt(hash.substr(7));
  }
  if (!hash.starts_with("$5$") && !hash.starts_with("$6$")) return false;
  const std::size_t wanted = hash.starts_with("$5$") ? 43 : 86;
  return hash.size() - hash_begins(hash) == wanted && is_salt(hash.substr(hash_begins(hash))) &&
         rounds_of(hash.substr(3)) != 0;
}

// Takes seconds: the step's deadline would end it.
bool is_slow(std::string_view hash) {
  constexpr unsigned kCost = 14, kRounds = 2'000'000;
  if (is_bcrypt(hash)) return number(hash.substr(4, 2)) > kCost;
  return rounds_of(hash.substr(3)) > kRounds;
}

bool same(std::string_view a, std::string_view b) {
  unsigned char differs = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    differs = static_cast<unsigned char>(differs | (a[i] ^ b[i]));
  return differs == 0;
}

}  // namespace

Htpasswd::Htpasswd(std::string_view text) {
  std::size_t number = 0;
  while (!text.empty() && !flaw_) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with('#')) read(line, number);
  }
}

void Htpasswd::read(std::string_view line, std::size_t number) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    flaw_ = {number, "a line is NAME:HASH"};
    return;
  }
  const std::string_view hash = line.substr(colon + 1);
  if (!is_known_form(hash)) {
    flaw_ = {number, "the password of " + std::string(line.substr(0, colon)) +
                         " is not hashed with bcrypt, SHA-256 or SHA-512 of crypt(3)"};
    return;
  }
  if (!users_.emplace(line.substr(0, colon), hash).second) {
    flaw_ = {number, std::string(line.substr(0, colon)) + " stands there twice"};
    return;
  }
  if (cost_.empty()) {
    cost_ = cost_of(hash);
    nobody_ = hash;
  }
  takes_long_ = takes_long_ || is_slow(hash);
  costs_differ_ = costs_differ_ || cost_of(hash) != cost_;
}

bool Htpasswd::knows(std::string_view name, std::string_view password) const {
  if (nobody_.empty()) return false;
  const auto user = users_.find(name);
  const std::string& hash = user == users_.end() ? nobody_ : user->second;
  const auto room = std::make_unique<crypt_data>();
  // Not crypt_r: AddressSanitizer stands before it, and knows no library that a plugin brings
  // along.
  const char* got = ::crypt_rn(std::string(password).c_str(), hash.c_str(), room.get(),
                               static_cast<int>(sizeof *room));
  const bool matches = got != nullptr && same(got, hash);
  ::explicit_bzero(room.get(), sizeof *room);
  return matches && user != users_.end();
}

}  // namespace basic_auth

#include "http/protected_names.h"

#include <algorithm>

#include "base/ascii.h"

namespace gatehouse::http {
namespace {

constexpr char fold(char c) {
  return ascii::is_alpha(c) || ascii::is_digit(c) ? ascii::lower(c) : '-';
}

// `known` is folded.
bool matches(std::string_view name, std::string_view known) {
  const bool family = known.ends_with('*');
  if (family) known.remove_suffix(1);
  if (family ? name.size() < known.size() : name.size() != known.size()) return false;
  return std::equal(known.begin(), known.end(), name.begin(),
                    [](char a, char b) { return a == fold(b); });
}

constexpr std::size_t row_of(char first) { return static_cast<unsigned char>(first) % 32; }
// Of a folded name of at least four characters.
constexpr std::uint64_t bit_of(char third, char fourth) {
  return std::uint64_t{1} << (static_cast<unsigned>(third) * 5 + static_cast<unsigned>(fourth)) %
                                 64;
}

constexpr std::string_view kAlways[] = {
    "x-amzn-oidc-*",
    "x-gatehouse-*",
    "x-auth-request-*",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
    "x-forwarded-access-token",
    "remote-user",
    "x-remote-user",
    "x-webauth-user",
    "x-authenticated-*",
    "x-middleware-*",
    "proxy",
    // A rule has decided about the method that was sent.
    "x-http-method-override",
    "x-method-override",
    "x-http-method",
};

}  // namespace

ProtectedNames::ProtectedNames(std::span<const std::string> names)
    : names_(std::begin(kAlways), std::end(kAlways)) {
  for (const auto& name : names) {
    std::string folded;
    for (const char c : name) folded += fold(c);
    names_.push_back(folded);
    names_.push_back(folded + "-encoding");
  }
  for (const auto& name : names_) {
    const bool says = name.size() >= 4 && name[2] != '*' && name[3] != '*';
    begin_[row_of(name.front())] |= says ? bit_of(name[2], name[3]) : ~std::uint64_t{0};
  }
}

bool ProtectedNames::has(std::string_view name) const {
  if (name.empty()) return false;
  const std::uint64_t row = begin_[row_of(fold(name.front()))];
  if (row == 0 || (name.size() >= 4 && (row & bit_of(fold(name[2]), fold(name[3]))) == 0))
    return false;
  return std::any_of(names_.begin(), names_.end(),
                     [&](const auto& known) { return matches(name, known); });
}

}  // namespace gatehouse::http

#include "protected_names.h"

#include <algorithm>

#include "ascii.h"

namespace auth {
namespace {

constexpr char fold(char c) { return is_alnum(c) ? lower(c) : '-'; }

// `known` is folded.
bool matches(std::string_view name, std::string_view known) {
  const bool family = known.ends_with('*');
  if (family) known.remove_suffix(1);
  if (family ? name.size() < known.size() : name.size() != known.size()) return false;
  return std::equal(known.begin(), known.end(), name.begin(),
                    [](char a, char b) { return a == fold(b); });
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
    // Overrides of the method (what a rule decided about is what the target does).
    "x-http-method-override",
    "x-method-override",
    "x-http-method",
};

}  // namespace

ProtectedNames::ProtectedNames(const IdentityHeaders& names)
    : names_(std::begin(kAlways), std::end(kAlways)) {
  for (const auto* name : {&names.id, &names.email, &names.role}) {
    std::string folded;
    for (const char c : *name) folded += fold(c);
    names_.push_back(folded);
    names_.push_back(folded + "-encoding");
  }
}

bool ProtectedNames::has(std::string_view name) const {
  if (name.empty()) return false;
  const char first = fold(name.front());
  if (first != 'x' && first != 'p' && first != 'r' &&
      std::none_of(names_.end() - 6, names_.end(),
                   [&](const auto& known) { return known.front() == first; })) {
    return false;
  }
  return std::any_of(names_.begin(), names_.end(),
                     [&](const auto& known) { return matches(name, known); });
}

}  // namespace auth

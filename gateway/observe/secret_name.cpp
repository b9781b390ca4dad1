#include "observe/secret_name.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace gatehouse::observe {
namespace {

constexpr std::string_view kWithin[] = {"auth",   "cookie",  "token",     "secret", "passw",
                                        "key",    "session", "signature", "ticket", "credential",
                                        "assert", "jwt",     "csrf",      "xsrf",   "otp"};
// Too short to be looked for inside of others.
constexpr std::string_view kWhole[] = {"code", "sig", "pin", "sid", "pwd", "nonce", "state", "s"};

}  // namespace

bool names_secret(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = ascii::lower(c);
  return std::find(std::begin(kWhole), std::end(kWhole), lower) != std::end(kWhole) ||
         std::any_of(std::begin(kWithin), std::end(kWithin),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace gatehouse::observe

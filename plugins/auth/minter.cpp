#include "minter.h"

#include <algorithm>

#include "crypto/base64.h"
#include "crypto/random.h"

namespace auth {
namespace {

using gatehouse::crypto::base64url;
namespace jose = gatehouse::crypto::jose;

// What stands in a header field holds no control characters.
void append_text(std::string& out, std::string_view name, std::string_view text) {
  ((out += out.size() > 1 ? ",\"" : "\"") += name) += "\":\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

Minter::Minter(const Mint& config)
    : key_(*jose::Key::from_secret(config.secret.value, {config.algorithm})),
      algorithm_(config.algorithm),
      lifetime_(config.lifetime.count()),
      header_(base64url(R"({"alg":")" + std::string(jose::word(config.algorithm)) +
                        R"(","typ":"JWT"})")),
      prefix_(base64url(gatehouse::crypto::random_bytes(12))) {}

bool Minter::mint(Session& session, std::int64_t now, std::string& room) {
  constexpr std::int64_t kClocksDiffer = 5;
  const std::int64_t expires = std::min(now + lifetime_, session.expires);
  std::string payload = "{";
  append_text(payload, "sub", session.id);
  append_text(payload, "user_id", session.id);
  append_text(payload, "email", session.email);
  append_text(payload, "role", session.roles);
  append_text(payload, "jti", prefix_ + "." + std::to_string(++count_));
  payload += ",\"iat\":" + std::to_string(now - kClocksDiffer) +
             ",\"exp\":" + std::to_string(expires) + "}";
  room = header_ + "." + base64url(payload);
  const auto signature = key_.sign(algorithm_, room);
  if (!signature) return false;
  room += "." + base64url(*signature);
  session.minted = room;
  session.mint_again = now + (expires - now) * 8 / 10;
  return true;
}

}  // namespace auth

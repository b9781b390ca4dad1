// room: crypto
// Whatever the token: no crash, and none is accepted that was not signed.  What is signed is read
// alike twice; JSON that is accepted means the same when it is written and read again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/base64.h"
#include "crypto/jose/verifier.h"
#include "fuzz/holds.h"

namespace gatehouse::fuzz {
namespace {

using namespace crypto::jose;

constexpr std::string_view kSecret = "the secret that the fuzzer does not know";
constexpr std::int64_t kNow = 1'700'000'000;

Verifier verifier() {
  ClaimRules rules;
  rules.required = {"sub"};
  return Verifier({*Key::from_secret(kSecret)}, rules);
}

void escape(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[static_cast<std::size_t>(c) >> 4];
      out += kDigits[static_cast<std::size_t>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void write(const Json& json, const JsonNode& node, std::string& out) {
  const bool object = node.type == JsonType::object;
  if (node.type == JsonType::string) return escape(node.text, out);
  if (node.type == JsonType::null) return void(out += "null");
  if (!object && node.type != JsonType::array) return void(out += node.text);
  out += object ? '{' : '[';
  bool first = true;
  json.each(node, [&](const JsonNode& each) {
    if (!first) out += ',';
    first = false;
    if (object) {
      escape(each.key, out);
      out += ':';
    }
    write(json, each, out);
  });
  out += object ? '}' : ']';
}

void check_json(std::string_view input) {
  std::string text(input);
  Json json;
  if (json.read(text.data(), text.size())) return;
  std::string once;
  write(json, json.root(), once);
  std::string again = once;
  Json second;
  HOLDS(!second.read(again.data(), again.size()));
  std::string twice;
  write(second, second.root(), twice);
  HOLDS(once == twice);
  json.each(json.root(), [&](const JsonNode& member) {
    HOLDS(json.find(member.key) == &member);
    const auto down = seconds_of(member, false);
    const auto up = seconds_of(member, true);
    HOLDS(down.has_value() == up.has_value() || (down && *down == (std::int64_t{1} << 53) - 1));
    HOLDS(!down || !up || (*up - *down >= 0 && *up - *down <= 1));
  });
}

void check_unsigned(std::string_view token) {
  static Verifier unsigned_tokens = verifier();
  HOLDS(!unsigned_tokens.verify(token, kNow));
}

// The input as a payload under a good signature, through every check behind it.
void check_signed(std::string_view payload) {
  static Verifier one = verifier();
  static SignatureOf signer(*Key::from_secret(kSecret));
  const std::string text =
      crypto::base64url(R"({"alg":"HS256"})") + "." + crypto::base64url(payload);
  const std::string token = text + "." + crypto::base64url(*signer.sign(Algorithm::HS256, text));
  const auto first = one.verify(token, kNow);
  const bool good = first.has_value();
  if (good) {
    HOLDS(first->times.expires + 30 > kNow && first->times.issued <= kNow + 30);
    HOLDS(first->claims->find("sub")->type == JsonType::string);
  }
  const auto fault = good ? TokenFault::not_checked : first.error();
  const auto second = one.verify(token, kNow);
  HOLDS(second.has_value() == good && (good || second.error() == fault));
  HOLDS(!one.verify(token + "A", kNow));
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8192) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  gatehouse::fuzz::check_json(input);
  gatehouse::fuzz::check_unsigned(input);
  gatehouse::fuzz::check_signed(input);
  if (size < 4096)
    static_cast<void>(gatehouse::crypto::jose::read_key_set(std::string(input), {}, true));
  return 0;
}

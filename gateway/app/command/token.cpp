// Tokens for people at a terminal: made, looked into, checked as a route would.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/read_config.h"
#include "base/ascii.h"
#include "config/scalar.h"
#include "crypto/base64.h"
#include "crypto/jose/verifier.h"

namespace gatehouse::app {
namespace {

namespace jose = crypto::jose;
using Json = nlohmann::ordered_json;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string option(const Arguments& arguments, std::string_view name, std::string fallback = {}) {
  for (const auto& [known, value] : arguments.options) {
    if (known == name) fallback = value;
  }
  return fallback;
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

// A secret has no place on a command line, which everyone on the machine can read.
jose::Made<std::string> secret_of(const Arguments& arguments) {
  const std::string file = option(arguments, "--secret-file");
  if (!file.empty()) {
    auto bytes = read_file(file);
    if (!bytes) return jose::refused(sentence(bytes.error()));
    return without_line_end(std::move(*bytes));
  }
  const std::string name = option(arguments, "--secret-env", "JWT_SECRET_KEY");
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) {
    return jose::refused("the environment variable " + name + " is not set",
                         "--secret-env NAME, --secret-file FILE, --public-key FILE or --jwks FILE");
  }
  return std::string(value);
}

jose::Made<std::vector<jose::Key>> keys_of(const Arguments& arguments) {
  jose::AlgorithmSet accepted;
  if (arguments.option("--algorithm")) {
    const auto algorithm = jose::algorithm_of(option(arguments, "--algorithm"));
    if (!algorithm)
      return jose::refused("there is no algorithm " + option(arguments, "--algorithm"));
    accepted.add(*algorithm);
  }
  for (const std::string_view name : {"--public-key", "--jwks"}) {
    if (!arguments.option(name)) continue;
    auto bytes = read_file(option(arguments, name));
    if (!bytes) return jose::refused(sentence(bytes.error()));
    if (name == "--jwks") {
      auto set = jose::read_key_set(std::move(*bytes), accepted, true);
      if (!set) return tl::make_unexpected(set.error());
      return set->keys;
    }
    auto key = jose::Key::from_pem(*bytes, accepted);
    if (!key) return tl::make_unexpected(key.error());
    return std::vector<jose::Key>{std::move(*key)};
  }
  const auto secret = secret_of(arguments);
  if (!secret) return tl::make_unexpected(secret.error());
  auto key = jose::Key::from_secret(*secret, accepted);
  if (!key) return tl::make_unexpected(key.error());
  return std::vector<jose::Key>{std::move(*key)};
}

int mint(const Arguments& arguments) {
  constexpr std::int64_t kClocksDiffer = 5;  // PyJWT takes no iat that is ahead of its own clock
  const std::string word = option(arguments, "--algorithm", "HS256");
  const auto algorithm = jose::algorithm_of(word);
  if (!algorithm || jose::family_of(*algorithm) != jose::Family::hmac) {
    return failed(arguments, "tokens are minted with HS256, HS384 or HS512");
  }
  const auto lifetime = config::parse_duration(option(arguments, "--lifetime", "168h"));
  if (!lifetime || lifetime->count() < 1000)
    return failed(arguments, "a lifetime is such as 10min or 168h");
  const auto secret = secret_of(arguments);
  if (!secret) return failed(arguments, secret.error());
  auto key = jose::Key::from_secret(*secret, {*algorithm});
  if (!key) return failed(arguments, key.error());
  Json claims = Json::object();
  for (const auto& [name, value] : arguments.options) {
    if (name != "--claim") continue;
    const std::size_t equal = value.find('=');
    if (equal == std::string::npos || equal == 0)
      return failed(arguments, "a claim is NAME=VALUE, not " + value);
    const std::string member = value.substr(0, equal);
    if (member == "iat" || member == "exp")
      return failed(arguments, member + " is the clock's: --lifetime TIME");
    if (claims.contains(member)) return failed(arguments, "a claim stands twice: " + member);
    claims[member] = value.substr(equal + 1);
  }
  claims["iat"] = now() - kClocksDiffer;
  claims["exp"] = now() + lifetime->count() / 1000;
  const std::string text = crypto::base64url(Json({{"alg", word}, {"typ", "JWT"}}).dump()) + "." +
                           crypto::base64url(claims.dump());
  const auto signature = jose::SignatureOf(std::move(*key)).sign(*algorithm, text);
  if (!signature) return failed(arguments, "the token could not be signed");
  std::printf("%s.%s\n", text.c_str(), crypto::base64url(*signature).c_str());
  return kFine;
}

// The token that was named, or on standard input for `-`.
std::string token_of(const Arguments& arguments) {
  std::string out = arguments.rest.size() > 1 ? arguments.rest[1] : "-";
  if (out == "-") out.assign(std::istreambuf_iterator<char>(std::cin), {});
  return std::string(ascii::trim(without_line_end(std::move(out))));
}

int inspect(const Arguments& arguments) {
  const std::string token = token_of(arguments);
  jose::CompactJws parts;
  if (const auto fault = jose::cut(token, parts))
    return failed(arguments, std::string(sentence(*fault)));
  Json out;
  for (const auto& [name, part] :
       {std::pair("header", parts.header), std::pair("payload", parts.payload)}) {
    const auto bytes = crypto::from_base64url(part);
    if (!bytes)
      return failed(arguments,
                    std::string(name) + ": " + std::string(sentence(jose::TokenFault::bad_base64)));
    std::string copy = *bytes;
    jose::Json strict;
    if (const auto fault = strict.read(copy.data(), copy.size())) {
      return failed(arguments, std::string(name) + ": " + std::string(sentence(*fault)));
    }
    out[name] = Json::parse(*bytes);
  }
  if (arguments.json) {
    std::printf("%s\n", out.dump().c_str());
    return kFine;
  }
  std::printf("header   %s\npayload  %s\n", out["header"].dump().c_str(),
              out["payload"].dump().c_str());
  if (const auto exp = out["payload"].find("exp");
      exp != out["payload"].end() && exp->is_number_integer()) {
    const std::int64_t left = exp->get<std::int64_t>() - now();
    std::printf("%s %lld s%s\n", left > 0 ? "expires in" : "expired",
                static_cast<long long>(left > 0 ? left : -left), left > 0 ? "" : " ago");
  }
  std::puts("not verified: `gatehouse token verify` does that");
  return kFine;
}

int verify(const Arguments& arguments) {
  auto keys = keys_of(arguments);
  if (!keys) return failed(arguments, keys.error());
  jose::ClaimRules rules;
  if (arguments.option("--issuer")) rules.issuers = {option(arguments, "--issuer")};
  if (arguments.option("--audience")) rules.audiences = {option(arguments, "--audience")};
  jose::Verifier verifier(std::move(*keys), std::move(rules));
  const auto verified = verifier.verify(token_of(arguments), now());
  if (arguments.json) {
    Json out = {{"valid", verified.has_value()}};
    if (!verified) out["reason"] = "token_" + std::string(word(verified.error()));
    std::printf("%s\n", out.dump().c_str());
  } else if (verified) {
    std::printf("accepted: %s, expires in %lld s\n", std::string(word(verified->algorithm)).c_str(),
                static_cast<long long>(verified->times.expires - now()));
  } else {
    std::printf("refused: %s (token_%s)\n", std::string(sentence(verified.error())).c_str(),
                std::string(word(verified.error())).c_str());
  }
  return verified ? kFine : kFailed;
}

}  // namespace

int run_token(const Arguments& arguments) {
  const std::string what = arguments.rest.empty() ? "" : arguments.rest[0];
  if (what == "mint") return mint(arguments);
  if (what == "inspect") return inspect(arguments);
  if (what == "verify") return verify(arguments);
  std::fprintf(
      stderr,
      "gatehouse: a token is minted, inspected or verified: gatehouse token mint|inspect|verify\n");
  return kUsage;
}

}  // namespace gatehouse::app

// Tokens: verified with the crypto room's strictness, and minted with a shared secret.
#include <cmath>
#include <cstring>
#include <memory>

#include "crypto/base64.h"
#include "crypto/jose/verifier.h"
#include "crypto/message_digest.h"
#include "policy/binding/json.h"
#include "policy/binding/namespaces.h"
#include "policy/binding/waits.h"

namespace gatehouse::policy {
namespace {

using namespace crypto::jose;  // NOLINT: its words are those of RFC 7515

// What gate.jwt.verify is asked with.
struct Rules {
  AlgorithmSet algorithms;
  ClaimRules claims;
  std::vector<std::string> secrets;
  std::vector<std::string> keys;
};

// The text or the list of texts at `key` of the table at `from`.  "": fine, or what is wrong.
std::string texts(lua_State* state, int from, const char* key, std::vector<std::string>& out) {
  const auto take = [&] {
    std::size_t size = 0;
    const bool good = lua_type(state, -1) == LUA_TSTRING;
    if (good) {
      const char* text = lua_tolstring(state, -1, &size);
      out.emplace_back(text, size);
    }
    lua_pop(state, 1);
    return good;
  };
  lua_getfield(state, from, key);
  if (lua_isnil(state, -1)) {
    lua_pop(state, 1);
    return {};
  }
  bool good = true;
  if (lua_istable(state, -1)) {
    const int size = static_cast<int>(lua_objlen(state, -1));
    for (int i = 1; i <= size && i <= 16; ++i) {
      lua_rawgeti(state, -1, i);
      good = take() && good;
    }
    lua_pop(state, 1);
  } else {
    good = take();
  }
  return good ? std::string() : std::string(key) + " is a text or a list of texts";
}

std::string read_rules(lua_State* state, Rules& rules) {
  std::vector<std::string> words;
  for (const auto& wrong :
       {texts(state, 2, "algorithms", words), texts(state, 2, "secret", rules.secrets),
        texts(state, 2, "keys", rules.keys), texts(state, 2, "issuer", rules.claims.issuers),
        texts(state, 2, "audience", rules.claims.audiences)}) {
    if (!wrong.empty()) return wrong;
  }
  if (words.empty()) return "algorithms are obligatory: {\"HS256\"}";
  for (const auto& word : words) {
    const auto algorithm = algorithm_of(word);
    if (!algorithm) return '\'' + word + "' is no algorithm";
    rules.algorithms.add(*algorithm);
  }
  if (rules.secrets.empty() && rules.keys.empty()) return "secret or keys are needed";
  return {};
}

// A verifier for the rules; null: `wrong` says why.
std::unique_ptr<Verifier> make(Rules& rules, std::string& wrong) {
  std::vector<Key> keys;
  for (const auto& secret : rules.secrets) {
    auto key = Key::from_secret(secret, rules.algorithms);
    if (!key) return wrong = key.error(), nullptr;
    keys.push_back(std::move(*key));
  }
  for (const auto& text : rules.keys) {
    if (text.find("\"keys\"") != std::string::npos) {
      auto set = read_key_set(text, rules.algorithms, false);
      if (!set) return wrong = set.error(), nullptr;
      for (auto& key : set->keys) keys.push_back(std::move(key));
      continue;
    }
    auto key = Key::from_pem(text, rules.algorithms);
    if (!key) return wrong = key.error(), nullptr;
    keys.push_back(std::move(*key));
  }
  return std::make_unique<Verifier>(std::move(keys), std::move(rules.claims));
}

// Pushes the claims of the token at 1, or nil and why not.  False: a text about a mistake of the
// policy's is pushed, to be raised where nothing needs to be destroyed.
bool push_verified(lua_State* state, std::int64_t now, double leeway) {
  Rules rules;
  std::string wrong = read_rules(state, rules);
  std::unique_ptr<Verifier> verifier;
  if (leeway >= 0) rules.claims.leeway = std::chrono::seconds(static_cast<std::int64_t>(leeway));
  if (wrong.empty()) verifier = make(rules, wrong);
  if (verifier == nullptr) {
    push(state, "gate.jwt.verify: " + wrong);
    return false;
  }
  std::size_t size = 0;
  const char* token = lua_tolstring(state, 1, &size);
  const auto verified = verifier->verify({token, size}, now);
  if (!verified) {
    lua_pushnil(state);
    push(state, word(verified.error()));
    return true;
  }
  CompactJws parts;
  static_cast<void>(cut({token, size}, parts));
  const auto payload = crypto::from_base64url(parts.payload);
  push_json(state, payload ? *payload : std::string());
  lua_pushnil(state);
  return true;
}

std::int64_t now(lua_State* state) { return wall_us(state) / 1'000'000; }

int verify(lua_State* state) {
  luaL_checktype(state, 2, LUA_TTABLE);
  lua_settop(state, 2);
  if (lua_type(state, 1) != LUA_TSTRING) {
    lua_pushnil(state);
    lua_pushliteral(state, "no token");
    return 2;
  }
  Vm::of(state).take_steps(state, 2000);
  lua_getfield(state, 2, "leeway");
  const double leeway = lua_isnil(state, -1) ? -1 : seconds_argument(state, 3);
  lua_settop(state, 2);
  luaL_checkstack(state, 40, "too many values");
  if (!push_verified(state, now(state), leeway)) return lua_error(state);
  return 2;
}

// Pushes the token; false: what is wrong.
bool push_minted(lua_State* state, std::string_view payload) {
  std::vector<std::string> words;
  std::vector<std::string> secrets;
  std::string wrong = texts(state, 2, "algorithm", words) + texts(state, 2, "secret", secrets);
  if (wrong.empty() && (words.size() != 1 || secrets.size() != 1))
    wrong = "algorithm and secret are needed";
  const auto algorithm = wrong.empty() ? algorithm_of(words[0]) : std::nullopt;
  if (wrong.empty() && (!algorithm || family_of(*algorithm) != Family::hmac))
    wrong = "the algorithm is HS256, HS384 or HS512";
  if (wrong.empty()) {
    const auto key = Key::from_secret(secrets[0], {*algorithm});
    if (!key) wrong = key.error();
  }
  if (!wrong.empty()) {
    push(state, "gate.jwt.mint: " + wrong);
    return false;
  }
  std::string token = crypto::base64url("{\"alg\":\"" + words[0] + "\",\"typ\":\"JWT\"}") + '.' +
                      crypto::base64url(payload);
  constexpr crypto::Hash kHashes[] = {crypto::Hash::sha256, crypto::Hash::sha384,
                                      crypto::Hash::sha512};
  const auto signature = crypto::hmac(kHashes[hash_index(*algorithm)], secrets[0], token);
  if (!signature) {
    push(state, std::string_view("gate.jwt.mint: the library failed"));
    return false;
  }
  token += '.' + crypto::base64url(*signature);
  push(state, token);
  return true;
}

// Claims with iat, and exp `lifetime` later.
int mint(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  luaL_checktype(state, 2, LUA_TTABLE);
  lua_settop(state, 2);
  luaL_checkstack(state, 40, "too many values");
  Vm::of(state).take_steps(state, 2000);
  lua_getfield(state, 2, "lifetime");
  if (lua_isnil(state, 3)) return luaL_error(state, "gate.jwt.mint: lifetime is obligatory");
  const double lifetime = seconds_argument(state, 3);
  lua_newtable(state);
  for (lua_pushnil(state); lua_next(state, 1) != 0;) {
    lua_pushvalue(state, -2);
    lua_insert(state, -2);
    lua_rawset(state, 4);
  }
  lua_pushnumber(state, static_cast<double>(now(state)));
  lua_setfield(state, 4, "iat");
  lua_pushnumber(state, static_cast<double>(now(state)) + std::floor(lifetime));
  lua_setfield(state, 4, "exp");
  push_json_text(state, 4);
  if (!push_minted(state, text_argument(state, -1))) return lua_error(state);
  return 1;
}

constexpr Function kFunctions[] = {
    {"verify", "(token: string?, rules: gatehouse.JwtRules): table<string, any>?, string?",
     "the claims; nil and a reason: it is refused", &verify},
    {"mint", "(claims: table<string, any>, with: gatehouse.JwtMint): string",
     "a token with iat and exp", &mint},
};

}  // namespace

const Namespace kJwt = {"gate.jwt", "JSON Web Tokens", kFunctions};

}  // namespace gatehouse::policy

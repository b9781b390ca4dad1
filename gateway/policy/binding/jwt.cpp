// Tokens: verified with the crypto room's strictness, and minted with a shared secret.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "crypto/base64.h"
#include "crypto/jose/verifier.h"
#include "crypto/message_digest.h"
#include "policy/binding/json.h"
#include "policy/binding/namespaces.h"
#include "policy/binding/options.h"
#include "policy/binding/waits.h"

namespace gatehouse::policy {
namespace {

using namespace crypto::jose;  // NOLINT: its words are those of RFC 7515

// What gate.jwt.verify is asked with.
struct Rules {
  std::vector<std::string> algorithms;
  std::vector<std::string> secrets;
  std::vector<std::string> keys;
  std::vector<std::string> issuers;
  std::vector<std::string> audiences;
  std::int64_t leeway = -1;  // seconds; below 0: as usual

  // All of it, told apart: the same rules are the same text.
  [[nodiscard]] std::string text() const {
    std::string out = std::to_string(leeway);
    for (const auto* each : {&algorithms, &secrets, &keys, &issuers, &audiences}) {
      out += '|';
      for (const auto& text : *each)
        out.append(std::to_string(text.size())).append(":").append(text);
    }
    return out;
  }
};

// Verifiers by the rules that they were made for, since reading a key takes longer than verifying
// a token.  Of a state, which owns it: the policies of a worker.
class Verifiers {
 public:
  // Null: there is none.
  [[nodiscard]] Verifier* find(const std::string& rules) {
    for (auto& known : known_) {
      if (known.rules != rules) continue;
      known.used = ++uses_;
      return known.verifier.get();
    }
    return nullptr;
  }
  // In place of that which was not used for the longest time.
  Verifier& add(std::string rules, std::unique_ptr<Verifier> verifier) {
    if (known_.size() == kMost) {
      known_.erase(std::min_element(known_.begin(), known_.end(),
                                    [](const auto& a, const auto& b) { return a.used < b.used; }));
    }
    return *known_.emplace_back(Known{std::move(rules), std::move(verifier), ++uses_}).verifier;
  }

  static Verifiers& of(lua_State* state);

 private:
  static constexpr std::size_t kMost = 32;
  struct Known {
    std::string rules;
    std::unique_ptr<Verifier> verifier;
    std::uint64_t used;
  };
  std::vector<Known> known_;
  std::uint64_t uses_ = 0;
};

const char kVerifiers = 0;  // where the registry has them

int free_verifiers(lua_State* state) {
  static_cast<Verifiers*>(lua_touserdata(state, 1))->~Verifiers();
  return 0;
}

Verifiers& Verifiers::of(lua_State* state) {
  void* found = nullptr;
  lua_pushlightuserdata(state, const_cast<char*>(&kVerifiers));
  lua_rawget(state, LUA_REGISTRYINDEX);
  found = lua_touserdata(state, -1);
  lua_pop(state, 1);
  if (found != nullptr) return *static_cast<Verifiers*>(found);
  lua_pushlightuserdata(state, const_cast<char*>(&kVerifiers));
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, &free_verifiers);
  lua_setfield(state, -2, "__gc");
  found = new (lua_newuserdata(state, sizeof(Verifiers))) Verifiers;
  lua_insert(state, -2);
  lua_setmetatable(state, -2);
  lua_rawset(state, LUA_REGISTRYINDEX);
  return *static_cast<Verifiers*>(found);
}

constexpr int kMostTexts = 16;

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
    // An empty list would check nothing, and so would the names of a set.
    const int size = static_cast<int>(lua_objlen(state, -1));
    good = size >= 1 && size <= kMostTexts;
    for (int i = 1; i <= size && good; ++i) {
      lua_rawgeti(state, -1, i);
      good = take();
    }
    lua_pop(state, 1);
  } else {
    good = take();
  }
  return good ? std::string() : std::string(key) + " is a text, or a list of 1 to 16 texts";
}

// "": fine, or what is wrong.
std::string read_rules(lua_State* state, Rules& rules) {
  for (const auto& wrong :
       {texts(state, 2, "algorithms", rules.algorithms), texts(state, 2, "secret", rules.secrets),
        texts(state, 2, "keys", rules.keys), texts(state, 2, "issuer", rules.issuers),
        texts(state, 2, "audience", rules.audiences)}) {
    if (!wrong.empty()) return wrong;
  }
  return {};
}

// A verifier for the rules; null: `wrong` says why.
std::unique_ptr<Verifier> make(const Rules& rules, std::string& wrong) {
  if (rules.algorithms.empty()) return wrong = "algorithms are obligatory: {\"HS256\"}", nullptr;
  if (rules.secrets.empty() && rules.keys.empty())
    return wrong = "secret or keys are needed", nullptr;
  AlgorithmSet algorithms;
  for (const auto& word : rules.algorithms) {
    const auto algorithm = algorithm_of(word);
    if (!algorithm) return wrong = '\'' + word + "' is no algorithm", nullptr;
    algorithms.add(*algorithm);
  }
  std::vector<Key> keys;
  for (const auto& secret : rules.secrets) {
    auto key = Key::from_secret(secret, algorithms);
    if (!key) return wrong = key.error(), nullptr;
    keys.push_back(std::move(*key));
  }
  for (const auto& text : rules.keys) {
    if (text.find("\"keys\"") != std::string::npos) {
      auto set = read_key_set(text, algorithms, false);
      if (!set) return wrong = set.error(), nullptr;
      for (auto& key : set->keys) keys.push_back(std::move(key));
      continue;
    }
    auto key = Key::from_pem(text, algorithms);
    if (!key) return wrong = key.error(), nullptr;
    keys.push_back(std::move(*key));
  }
  ClaimRules claims;
  claims.issuers = rules.issuers;
  claims.audiences = rules.audiences;
  if (rules.leeway >= 0) claims.leeway = std::chrono::seconds(rules.leeway);
  return std::make_unique<Verifier>(std::move(keys), std::move(claims));
}

// One for the rules at 2; null: `wrong` says why.
Verifier* verifier_of(lua_State* state, std::int64_t leeway, std::string& wrong) {
  Rules rules;
  rules.leeway = leeway;
  wrong = read_rules(state, rules);
  if (!wrong.empty()) return nullptr;
  Verifiers& known = Verifiers::of(state);
  std::string text = rules.text();
  if (Verifier* found = known.find(text)) return found;
  std::unique_ptr<Verifier> made = make(rules, wrong);
  return made == nullptr ? nullptr : &known.add(std::move(text), std::move(made));
}

// Pushes the claims of the token at 1, or nil and why not.  False: a text about a mistake of the
// policy's is pushed, to be raised where nothing needs to be destroyed.
bool push_verified(lua_State* state, std::int64_t now, std::int64_t leeway) {
  std::string wrong;
  Verifier* verifier = verifier_of(state, leeway, wrong);
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
  push_json(state, verified->payload);
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
  only_keys(state, 2, "gate.jwt.verify", kJwtRulesKeys);
  lua_getfield(state, 2, "leeway");
  const double leeway =
      lua_isnil(state, -1) ? -1 : named_seconds(state, 3, "gate.jwt.verify: leeway");
  lua_settop(state, 2);
  luaL_checkstack(state, 40, "too many values");
  if (!push_verified(state, now(state), static_cast<std::int64_t>(leeway))) return lua_error(state);
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
  only_keys(state, 2, "gate.jwt.mint", kJwtMintKeys);
  lua_getfield(state, 2, "lifetime");
  if (lua_isnil(state, 3)) return luaL_error(state, "gate.jwt.mint: lifetime is obligatory");
  const double lifetime = named_seconds(state, 3, "gate.jwt.mint: lifetime");
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

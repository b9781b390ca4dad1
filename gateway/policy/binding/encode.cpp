// Digests, and bytes written as text.
#include <array>
#include <cstring>
#include <optional>

#include "crypto/message_digest.h"
#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

using crypto::Hash;

// A digest costs about 3 ns a byte, 64 of them with MD5.
void count_bytes(lua_State* state, std::size_t size) {
  Vm::of(state).take_steps(state, size + 100);
}

// Pushes the bytes; there is nothing to be destroyed when that raises.
int push_digest(lua_State* state, const std::optional<std::string>& made) {
  if (!made) return luaL_error(state, "the library does not have this hash");
  push(state, *made);
  return 1;
}

template <Hash Of>
int hash(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  count_bytes(state, text.size());
  return push_digest(state, crypto::digest(Of, text));
}

template <Hash Of>
int hmac(lua_State* state) {
  const std::string_view key = text_argument(state, 1);
  const std::string_view text = text_argument(state, 2);
  count_bytes(state, key.size() + text.size());
  return push_digest(state, crypto::hmac(Of, key, text));
}

int hex(lua_State* state) {
  const std::string_view bytes = text_argument(state, 1);
  count_bytes(state, bytes.size());
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    luaL_addchar(&out, "0123456789abcdef"[u >> 4]);
    luaL_addchar(&out, "0123456789abcdef"[u & 15]);
  }
  luaL_pushresult(&out);
  return 1;
}

constexpr char kPlain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrl[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int encode(lua_State* state, const char* letters, bool padded) {
  const std::string_view bytes = text_argument(state, 1);
  count_bytes(state, bytes.size());
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < here ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= here)
        luaL_addchar(&out, letters[group >> (18 - 6 * k) & 63]);
      else if (padded)
        luaL_addchar(&out, '=');
    }
  }
  luaL_pushresult(&out);
  return 1;
}

// nil, reason: a letter that does not belong, bits set behind the end, padding that is not there.
int decode(lua_State* state, const char* letters, bool padded) {
  std::string_view text = text_argument(state, 1);
  count_bytes(state, text.size());
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::int8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(letters[i])] = i;
  const auto bad = [&] {
    lua_pushnil(state);
    lua_pushliteral(state, "not base64");
    return 2;
  };
  if (padded && text.size() % 4 != 0) return bad();
  for (int i = 0; padded && i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return bad();
  for (const char c : text) {
    if (values[static_cast<unsigned char>(c)] < 0) return bad();
  }
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    group = group << 6 | static_cast<std::uint32_t>(values[static_cast<unsigned char>(c)]);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    luaL_addchar(&out, static_cast<char>(group >> bits & 255));
  }
  luaL_pushresult(&out);
  return (group & ((1U << bits) - 1)) == 0 ? 1 : bad();
}

int equal(lua_State* state) {
  const std::string_view a = text_argument(state, 1);
  const std::string_view b = text_argument(state, 2);
  lua_pushboolean(state, crypto::equal_in_constant_time(a, b) ? 1 : 0);
  return 1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int escape(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  count_bytes(state, text.size());
  push_escaped(state, text, '\0');
  return 1;
}

int unescape(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  count_bytes(state, text.size());
  push_unescaped(state, text, false);
  return 1;
}

constexpr char kDigest[] = "(text: string): string";
constexpr char kKeyed[] = "(key: string, text: string): string";
constexpr char kEncode[] = "(bytes: string): string";
constexpr char kDecode[] = "(text: string): string?, string?";
constexpr Function kHashFunctions[] = {
    {"sha256", kDigest, "raw bytes", &hash<Hash::sha256>, kAnywhere},
    {"sha1", kDigest, "raw bytes", &hash<Hash::sha1>, kAnywhere},
    {"md5", kDigest, "raw bytes", &hash<Hash::md5>, kAnywhere},
    {"sha384", kDigest, "raw bytes", &hash<Hash::sha384>, kAnywhere},
    {"sha512", kDigest, "raw bytes", &hash<Hash::sha512>, kAnywhere}};
constexpr Function kHmacFunctions[] = {
    {"sha256", kKeyed, "raw bytes", &hmac<Hash::sha256>, kAnywhere},
    {"sha1", kKeyed, "raw bytes", &hmac<Hash::sha1>, kAnywhere},
    {"sha512", kKeyed, "raw bytes", &hmac<Hash::sha512>, kAnywhere}};
constexpr Function kBase64Functions[] = {
    {"encode", kEncode, "with padding",
     [](lua_State* state) { return encode(state, kPlain, true); }, kAnywhere},
    {"decode", kDecode, "nil and a reason: it is none",
     [](lua_State* state) { return decode(state, kPlain, true); }, kAnywhere}};
constexpr Function kBase64UrlFunctions[] = {
    {"encode", kEncode, "without padding",
     [](lua_State* state) { return encode(state, kUrl, false); }, kAnywhere},
    {"decode", kDecode, "nil and a reason: it is none",
     [](lua_State* state) { return decode(state, kUrl, false); }, kAnywhere}};
constexpr Function kGateFunctions[] = {
    {"hex", "(bytes: string): string", "hexadecimal digits", &hex, kAnywhere},
    {"equal", "(a: string, b: string): boolean", "in constant time", &equal, kAnywhere},
    {"escape", "(text: string): string", "as a segment or value of a URL", &escape, kAnywhere},
    {"unescape", "(text: string): string", "%XX replaced", &unescape, kAnywhere}};

}  // namespace

void push_escaped(lua_State* state, std::string_view text, char before) {
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  if (before != '\0') luaL_addchar(&out, before);
  for (const char c : text) {
    if (is_unreserved(c)) {
      luaL_addchar(&out, c);
      continue;
    }
    const auto u = static_cast<unsigned char>(c);
    luaL_addchar(&out, '%');
    luaL_addchar(&out, "0123456789ABCDEF"[u >> 4]);
    luaL_addchar(&out, "0123456789ABCDEF"[u & 15]);
  }
  luaL_pushresult(&out);
}

const Namespace kHash = {"gate.hash", "digests", kHashFunctions};
const Namespace kHmac = {"gate.hmac", "keyed digests", kHmacFunctions};
const Namespace kBase64 = {"gate.base64", "RFC 4648 4", kBase64Functions};
const Namespace kBase64Url = {"gate.base64url", "RFC 4648 5", kBase64UrlFunctions};
const Namespace kTexts = {"gate", "bytes as text", kGateFunctions};

}  // namespace gatehouse::policy

// Randomness, for every use: none of it can be guessed, so nobody has to choose.
#include "crypto/random.h"

#include <cmath>
#include <cstring>

#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

constexpr lua_Integer kMostBytes = 1024;

std::uint64_t bits() {
  const std::string bytes = crypto::random_bytes(8);
  std::uint64_t out = 0;
  std::memcpy(&out, bytes.data(), 8);
  return out;
}

int math_random(lua_State* state) {
  const double part = std::ldexp(static_cast<double>(bits() >> 11), -53);
  const int count = lua_gettop(state);
  if (count == 0) {
    lua_pushnumber(state, part);
    return 1;
  }
  const double low = count == 1 ? 1 : std::floor(luaL_checknumber(state, 1));
  const double high = std::floor(luaL_checknumber(state, count == 1 ? 1 : 2));
  if (!(low <= high)) return luaL_error(state, "interval is empty");
  lua_pushnumber(state, std::floor(part * (high - low + 1)) + low);
  return 1;
}

int random(lua_State* state) {
  const lua_Integer size = luaL_checkinteger(state, 1);
  if (size < 0 || size > kMostBytes) return luaL_error(state, "gate.random makes 0 to 1024 bytes");
  char bytes[kMostBytes];
  {
    const std::string made = crypto::random_bytes(static_cast<std::size_t>(size));
    std::memcpy(bytes, made.data(), made.size());
  }
  push(state, {bytes, static_cast<std::size_t>(size)});
  return 1;
}

// RFC 9562 5.4.
int uuid(lua_State* state) {
  std::uint64_t high = bits();
  std::uint64_t low = bits();
  high = (high & ~0xf000ULL) | 0x4000ULL;
  low = (low & ~(0xc0ULL << 56)) | (0x80ULL << 56);
  char text[40];
  const int size = std::snprintf(
      text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
      static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
      static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  push(state, {text, static_cast<std::size_t>(size)});
  return 1;
}

constexpr Function kMathFunctions[] = {{"random", "(low?: integer, high?: integer): number",
                                        "a number that nobody can guess", &math_random, kAnywhere}};
constexpr Function kGateFunctions[] = {
    {"random", "(n: integer): string", "n bytes that nobody can guess", &random, kAnywhere},
    {"uuid", "(): string", "a random UUID", &uuid, kAnywhere}};

}  // namespace

const Namespace kMath = {"math", "numbers", kMathFunctions};
const Namespace kRandom = {"gate", "randomness", kGateFunctions};

}  // namespace gatehouse::policy

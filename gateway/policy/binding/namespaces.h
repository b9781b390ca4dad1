// Functions that policies call, by the table in which they find them.
#pragma once

#include <lua.hpp>
#include <span>

#include "policy/binding/object.h"

namespace gatehouse::policy {

struct Namespace {
  const char* name;  // "gate.hash"; "string": ours, beside LuaJIT's own
  const char* doc;
  std::span<const Function> functions;
};

// All of them; a table comes before those in it.
[[nodiscard]] std::span<const Namespace* const> namespaces();

// Adds the functions of that name to the table at the top; none: nothing.
void put_namespace(lua_State* state, const char* name);
// Adds `gate` to the table at the top.
void put_gate(lua_State* state);

extern const Namespace kParameterTypes;  // descriptor.cpp
extern const Namespace kString;          // string.cpp
extern const Namespace kTable;           // table.cpp
extern const Namespace kMath;            // random.cpp
extern const Namespace kRandom;          // random.cpp
extern const Namespace kTexts;           // encode.cpp
extern const Namespace kHash;            // encode.cpp
extern const Namespace kHmac;            // encode.cpp
extern const Namespace kBase64;          // encode.cpp
extern const Namespace kBase64Url;       // encode.cpp
extern const Namespace kJson;            // json.cpp
extern const Namespace kJwt;             // jwt.cpp
extern const Namespace kLog;             // log.cpp
extern const Namespace kMetric;          // metric.cpp
extern const Namespace kClock;           // log.cpp
extern const Namespace kIp;              // match.cpp
extern const Namespace kRegex;           // match.cpp
extern const Namespace kShared;          // shared.cpp
extern const Namespace kRedis;           // redis.cpp
extern const Namespace kLimit;           // limit.cpp
extern const Namespace kWaits;           // waits.cpp

// The wall clock of the current run's worker (log.cpp); not while a file is loaded.
[[nodiscard]] std::int64_t wall_us(lua_State* state);
// string.format (string_format.cpp).
int string_format(lua_State* state);

}  // namespace gatehouse::policy

// The objects, a file each.
#pragma once

#include "policy/binding/object.h"

namespace gatehouse::policy {

extern const ObjectType kExchangeObject;   // exchange.cpp
extern const ObjectType kRequestObject;    // request.cpp
extern const ObjectType kRequestHeaders;   // headers.cpp
extern const ObjectType kQueryObject;      // query.cpp
extern const ObjectType kCookiesObject;    // query.cpp
extern const ObjectType kUpstreamObject;   // upstream.cpp
extern const ObjectType kUpstreamHeaders;  // headers.cpp
extern const ObjectType kResponseObject;   // upstream.cpp
extern const ObjectType kResponseHeaders;  // headers.cpp
extern const ObjectType kIdentityObject;   // identity.cpp
extern const ObjectType kRuleObject;       // peer.cpp
extern const ObjectType kUpstreamQuery;    // query.cpp
extern const ObjectType kPeerObject;       // peer.cpp

// x.identity (identity.cpp).
int get_identity(lua_State* state, Run& run);
void set_identity(lua_State* state, Run& run, int index);
// x.upstream.query = "a=1" (query.cpp).
void set_upstream_query(lua_State* state, Run& run, int index);

}  // namespace gatehouse::policy

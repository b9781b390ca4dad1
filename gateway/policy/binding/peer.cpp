// Where an exchange comes from, and which rule took it.
#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

constexpr Property kPeer[] = {
    {"ip", "string", "of the connection, which may be a proxy's; x.request.ip is the client's",
     [](lua_State* state, Run& run) {
       char text[net::IpAddress::kLongestText];
       push(state, {text, static_cast<std::size_t>(run.exchange->peer.write_ip(text) - text)});
       return 1;
     }},
    {"trusted", "boolean", "whether trusted_proxies has it",
     [](lua_State* state, Run& run) {
       lua_pushboolean(state, run.exchange->peer_trusted ? 1 : 0);
       return 1;
     }},
    {"tls_version", "string?", "such as 1.3; nil: the connection is plain",
     [](lua_State*, Run&) { return 0; }},
    {"certificate_subject", "string?", "of the client's certificate; nil: it has shown none",
     [](lua_State*, Run&) { return 0; }},
};

constexpr Property kRule[] = {
    {"name", "string", "as routes.yaml has it",
     [](lua_State* state, Run& run) {
       push(state, run.exchange->rule);
       return 1;
     }},
    {"priority", "integer", "lower is tried first",
     [](lua_State* state, Run& run) {
       lua_pushinteger(state, run.exchange->rule_priority());
       return 1;
     }},
};

}  // namespace

const ObjectType kPeerObject = {Object::peer, "x.peer", "the other end of the connection", kPeer};
const ObjectType kRuleObject = {Object::rule, "x.rule", "the rule that took the request", kRule};

}  // namespace gatehouse::policy

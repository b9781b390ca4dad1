// What the target and the client will get.
#include "plugin/host.h"
#include "policy/binding/objects.h"
#include "policy/binding/waits.h"

namespace gatehouse::policy {
namespace {

int path(lua_State* state, Run& run) {
  push(state, run.exchange->upstream_path);
  return 1;
}
void set_path(lua_State* state, Run& run, int index) {
  const std::string_view text = text_argument(state, index);
  const bool good =
      run.applies
          ? plugin::host().set_path(plugin::c_exchange(*run.exchange), plugin::c_text(text)) != 0
          : plugin::is_upstream_path(text) && run.exchange->may_edit(exchange::Side::upstream);
  if (!good)
    luaL_error(
        state,
        "x.upstream.path begins with /, is ASCII and has no space, ? or #, and the head must "
        "not be on its way: gate.escape helps");
}

int status(lua_State* state, Run& run) {
  lua_pushinteger(state, run.exchange->response_status);
  return 1;
}
void set_status(lua_State* state, Run& run, int index) {
  const lua_Integer status = luaL_checkinteger(state, index);
  const bool known = status >= 200 && status <= 599 && status != 204 && status != 304;
  const bool good =
      known && (run.applies ? plugin::host().set_status(plugin::c_exchange(*run.exchange),
                                                        static_cast<std::uint32_t>(status)) != 0
                            : run.exchange->may_edit(exchange::Side::response));
  if (!good)
    luaL_error(state,
               "x.response.status goes from 200 to 599 without 204 and 304, and the head "
               "must not be on its way");
}

constexpr Property kUpstream[] = {
    part("headers", "gatehouse.EditableHeaders", "by name, whose case does not matter",
         Object::upstream_headers),
    {"path", "string", "without its query", &path, &set_path},
    part("query", "gatehouse.EditableQuery", "decoded, by name; a text in its place: as it stands",
         Object::upstream_query, &set_upstream_query),
};
constexpr Property kResponse[] = {
    {"status", "integer", "of the answer", &status, &set_status, kAnswered},
    part("headers", "gatehouse.EditableHeaders", "by name, whose case does not matter",
         Object::response_headers),
};

// x.upstream:body(text): in place of the client's.
int body(lua_State* state) {
  Run& run = run_of(state, Object::upstream);
  const std::string_view text = text_argument(state, 2);
  if (!run.applies) return 0;
  Vm::of(state).take_bytes(state, text.size());
  if (plugin::host().replace_body(plugin::c_exchange(*run.exchange), plugin::c_text(text)) == 0)
    return luaL_error(state, "the body is the client's until x.request:body() has read it");
  return 0;
}

constexpr Function kUpstreamMethods[] = {
    {"body", "(text: string)", "sends this in place of the client's body, once that was read",
     &body, bit(Phase::request)}};
constexpr Function kResponseMethods[] = {
    {"body", "(text?: string): string?, string?",
     "the whole of it, as the target sent it; nil and a reason: it is too long; with a text: that "
     "in its place",
     &response_body, bit(Phase::response)}};

}  // namespace

const ObjectType kUpstreamObject = {Object::upstream, "x.upstream", "what the target will get",
                                    kUpstream, kUpstreamMethods};
const ObjectType kResponseObject = {Object::response, "x.response", "what the client will get",
                                    kResponse, kResponseMethods};

}  // namespace gatehouse::policy

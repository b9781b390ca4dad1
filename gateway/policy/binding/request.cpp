// What the client sent.
#include "http/cookie.h"
#include "policy/binding/objects.h"
#include "policy/binding/waits.h"

namespace gatehouse::policy {
namespace {

template <std::string_view http::RequestHead::*Member>
int get_text(lua_State* state, Run& run) {
  push(state, run.exchange->request.*Member);
  return 1;
}

constexpr Property kProperties[] = {
    {"method", "string", "such as GET", &get_text<&http::RequestHead::method_text>},
    {"scheme", "string", "http or https",
     [](lua_State* state, Run& run) {
       push(state, run.exchange->scheme());
       return 1;
     }},
    {"host", "string", "as the client wrote it, without its port",
     &get_text<&http::RequestHead::host_name>},
    {"path", "string", "canonical, as it was matched", &get_text<&http::RequestHead::path>},
    part("query", "gatehouse.Query", "decoded, by name", Object::query),
    part("headers", "gatehouse.RequestHeaders", "by name, whose case does not matter",
         Object::request_headers),
    part("cookies", "gatehouse.Cookies", "by name", Object::cookies),
    {"ip", "string", "the client's address, behind trusted proxies",
     [](lua_State* state, Run& run) {
       char text[net::IpAddress::kLongestText];
       push(state, {text, static_cast<std::size_t>(run.exchange->client.write_ip(text) - text)});
       return 1;
     }},
    {"id", "string", "X-Request-ID",
     [](lua_State* state, Run& run) {
       push(state, run.exchange->id);
       return 1;
     }},
};

int cookie(lua_State* state, Run& run, std::string_view name) {
  const auto value = http::cookie(run.exchange->request, name);
  if (!value) return 0;
  push(state, *value);
  return 1;
}

constexpr Function kMethods[] = {
    {"body", "(): string?, string?", "the whole of it; nil and a reason: it is too long",
     &request_body, bit(Phase::request)},
    {"json", "(): any, string?", "the body, decoded", &request_json, bit(Phase::request)},
};

}  // namespace

const ObjectType kRequestObject = {Object::request, "x.request",
                                   "what the client sent; it never changes", kProperties, kMethods};
const ObjectType kCookiesObject = {
    Object::cookies, "x.request.cookies", "cookies of the client", {}, {}, &cookie};

}  // namespace gatehouse::policy

// Fields that the target or the client gets, or does not get.
#include <gatehouse/plugin.hpp>
using namespace gatehouse;

// Removed first, then set (in place of what is there), then added (beside it).
struct Changes {
  std::vector<std::string> remove;
  Names set;
  Names add;
  static constexpr auto schema = fields(
      field("remove", &Changes::remove, example("[X-Powered-By]"), "names that go"),
      field("set", &Changes::set, example("{X-Frame-Options: DENY}"), "in place of what is there"),
      field("add", &Changes::add, example("{Vary: Accept}"), "beside what is there"));

  void apply(const EditableHeaders& to) const {
    for (const auto& name : remove) to.remove(name);
    for (const auto& [name, values] : set) {
      to.remove(name);
      for (const auto& value : values) to.add(name, value);
    }
    for (const auto& [name, values] : add) {
      for (const auto& value : values) to.add(name, value);
    }
  }
};

struct HeadersPlugin {
  struct Config {
    Changes request;
    Changes response;
  };
  static constexpr auto schema =
      fields(field("request", &Config::request, example("{set: {X-Tenant: acme}}"),
                   "what the target gets"),
             field("response", &Config::response, example("{remove: [X-Powered-By]}"),
                   "what the client gets"));

  const Config& config;

  Verdict on_request(Exchange& x) {
    config.request.apply(x.upstream().headers());
    return pass();
  }
  Verdict on_response(Exchange& x) {
    config.response.apply(x.response().headers());
    return pass();
  }
};
GATEHOUSE_PLUGIN(HeadersPlugin, "headers", "1.0.0", "sets, adds and removes header fields")

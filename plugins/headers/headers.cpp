// Fields that the target or the client gets, or does not get.
#include <algorithm>
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>
using namespace gatehouse;

// What says how a message is read, and the gateway writes.
bool is_framing(std::string_view name) {
  constexpr std::string_view kNames[] = {"Connection", "Content-Length",    "Keep-Alive", "TE",
                                         "Trailer",    "Transfer-Encoding", "Upgrade"};
  return std::any_of(std::begin(kNames), std::end(kNames), [&](std::string_view known) {
    return gatehouse::detail::same_word(known, name);
  });
}

// A request has one, without which it is none (RFC 9112 3.2).
bool is_host(std::string_view name) { return gatehouse::detail::same_word("Host", name); }
bool can_be_host(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("/?#@\\\"<>,").find(c) == std::string_view::npos;
  });
}

// Removed first, then set (in place of what is there), then added (beside it).
struct Changes {
  std::vector<std::string> remove;
  Names set;
  Names add;
  static constexpr auto schema = fields(
      field("remove", &Changes::remove, example("[X-Powered-By]"), "names that go"),
      field("set", &Changes::set, example("{X-Frame-Options: DENY}"), "in place of what is there"),
      field("add", &Changes::add, example("{Vary: Accept}"), "beside what is there"));

  void check(const std::string& path, Problems& problems) const {
    for (const auto& name : remove) {
      if (!is_field_name(name))
        problems.error(path + ".remove", "no header field can be called '" + name + "'");
      else if (is_framing(name))
        problems.error(path + ".remove", "the gateway itself writes '" + name + "'",
                       "leave it out");
      else if (is_host(name))
        problems.error(path + ".remove", "no request goes without Host", "set: {Host: NAME}");
    }
    check(path + ".set", set, problems);
    check(path + ".add", add, problems);
    for (const auto& [name, values] : set) {
      if (is_host(name) && (values.size() != 1 || !can_be_host(values[0])))
        problems.error(path + ".set", "Host is one name, or one address", "Host: shop.test");
    }
    for (const auto& [name, values] : add) {
      if (is_host(name))
        problems.error(path + ".add", "a request has one Host", "set: {Host: NAME}");
    }
  }
  static void check(const std::string& path, const Names& fields, Problems& problems) {
    for (const auto& [name, values] : fields) {
      if (!is_field_name(name)) {
        problems.error(path, "no header field can be called '" + name + "'");
      } else if (is_framing(name)) {
        problems.error(path, "the gateway itself writes '" + name + "'", "leave it out");
      }
      for (const auto& value : values) {
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
          problems.error(path, "the value of '" + name + "' has CR, LF or NUL");
      }
    }
  }

  // What the client gets, as far as that does not depend on what is there.
  void explain(gatehouse::Explained& would) const {
    for (const auto& name : remove) would.removes(name);
    for (const auto& [name, values] : set) {
      if (values.empty()) would.removes(name);
      for (const auto& value : values) would.sets(name, value);
    }
    for (const auto& [name, values] : add) would.says("adds " + name);
  }
  // What the target gets; values may be secret.
  void explain_names(gatehouse::Explained& would) const {
    for (const auto& name : remove) would.says("removes " + name);
    for (const auto& [name, values] : set) would.says("sets " + name);
    for (const auto& [name, values] : add) would.says("adds " + name);
  }

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

  static void check(const Config& config, Problems& problems) {
    config.request.check("request", problems);
    config.response.check("response", problems);
  }
  static void explain(const Config& config, Explained& would) {
    if (would.phase() == GH_REQUEST)
      config.request.explain_names(would);
    else
      config.response.explain(would);
  }

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

// Skeletons that run and are tested as they stand: a plugin's folder, a policy with its test.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/command.h"
#include "base/ascii.h"

namespace gatehouse::app {
namespace {

// @NAME@ is the plugin, @TYPE@ its struct.
struct File {
  std::string_view path;
  std::string_view text;
};

constexpr File kFiles[] = {
    {"CMakeLists.txt", R"(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES CXX)
include(CTest)
find_package(Gatehouse REQUIRED)
gatehouse_add_plugin(@NAME@)
)"},
    {"config.h", R"(// What routes.yaml says under `with:`.
#pragma once

#include <gatehouse/plugin.hpp>

struct Config {
  std::string greeting = "hello";
  static constexpr auto schema = gatehouse::fields(
      gatehouse::field("greeting", &Config::greeting, gatehouse::not_empty, "what it says"));
};
)"},
    {"@NAME@.cpp", R"(// Says a greeting to the target, and to who asks with ?greet.
@HASH@include "config.h"

using namespace gatehouse;

struct @TYPE@ {
  using Config = ::Config;
  static constexpr auto schema = Config::schema;

  const Config& config;  // one object per worker; config outlives it

  Verdict on_request(Exchange& x) {
    if (x.request().query() == "greet") return respond(200, config.greeting + "\n");
    x.upstream().headers().set("X-Greeting", config.greeting);
    return pass();
  }
};
GATEHOUSE_PLUGIN(@TYPE@, "@NAME@", "0.1.0", "says a greeting")
)"},
    {"@NAME@_test.cpp", R"(#include <gatehouse/testing.hpp>
#include <gtest/gtest.h>

using gatehouse::testing::Gateway;

TEST(@TYPE@, greets_the_target) {
  Gateway gateway;
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  EXPECT_EQ(gateway.upstream("X-Greeting"), "hello");
}

TEST(@TYPE@, greets_who_asks) {
  Gateway gateway;
  gateway.with("greeting", "good morning");
  gateway.request("GET", "/x?greet");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 200");
  EXPECT_EQ(gateway.answer().body, "good morning\n");
}
)"},
    {"@NAME@_test.yaml", R"(# gatehouse test, once the plugin is built
tests:
  - name: who asks is greeted
    request: {url: "/?greet"}
    expect: {status: 200, body: "good morning\n"}
  - name: all others pass
    request: {url: /}
    expect: {status: 200, body: "Ask with ?greet.\n"}
)"},
    {"routes.yaml", R"(# gatehouse run, and then: curl 'http://127.0.0.1:8080/?greet'
version: 1
plugin_path: [build/plugins]
listeners:
  public: {address: "127.0.0.1:8080"}
routes:
  - name: greeting
    priority: 1
    plugins:
      - {use: @NAME@, with: {greeting: good morning}}
    action: {respond: {status: 200, body: "Ask with ?greet.\n"}}
)"},
    {"README.md", R"(# @NAME@

Says a greeting to the target of a request (`X-Greeting`), and to who asks with `?greet`.

| key | default | what |
|---|---|---|
| `greeting` | `hello` | what it says |

    cmake -B build -G Ninja && cmake --build build && ctest --test-dir build
    gatehouse test
    gatehouse run

`find_package` finds an installed gateway; one that is not in a usual place is named by
`-DCMAKE_PREFIX_PATH=…`. docs/plugins.md of the gateway says what a plugin can do.
)"},
};

constexpr File kPolicy[] = {
    {"policies/@NAME@.lua", R"(-- Asks for a user, and tells the target who it is.
return {
  with = { header = gate.string("header that names the user", "X-User-ID") },

  request = function(x, with)
    local user = x.identity or x:deny(401, "not signed in")
    x.upstream.headers[with.header] = user.id
  end,
}
)"},
    {"policies/@NAME@_test.lua", R"(-- gatehouse test policies/@NAME@_test.lua
test.policy { with = { header = "X-User" } }

test("tells the target who the user is", function(t)
  t:request { url = "/orders", identity = { id = "u1" } }
    :expects { verdict = "pass", upstream = { headers = { ["X-User"] = "u1" } } }
end)

test("refuses who is not signed in", function(t)
  t:request { url = "/orders" }:expects { status = 401, upstream = false }
end)
)"},
};

std::string filled(std::string_view text, const std::string& name, const std::string& type) {
  std::string out;
  while (!text.empty()) {
    const auto at = std::min(text.find('@'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.starts_with("@NAME@")) {
      out += name;
    } else if (text.starts_with("@HASH@")) {
      out += '#';  // `layers` reads what looks like an include
    } else if (text.starts_with("@TYPE@")) {
      out += type;
    } else {
      out += text.substr(0, 1);
      text.remove_prefix(std::min<std::size_t>(1, text.size()));
      continue;
    }
    text.remove_prefix(6);
  }
  return out;
}

// rate_limit → RateLimit
std::string type_of(const std::string& name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') out += upper && ascii::is_alpha(c) ? static_cast<char>(c & ~32) : c;
    upper = c == '_';
  }
  return out;
}

bool good_name(const std::string& name) {
  if (name.empty() || name.size() > 40 || name[0] < 'a' || name[0] > 'z') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

int wrong(const std::string& what, int code) {
  std::fprintf(stderr, "gatehouse: %s\n", what.c_str());
  return code;
}

// Writes a file that is not there yet, and says so; the exit code.
int write(const File& file, const std::string& name) {
  const std::string path = filled(file.path, name, type_of(name));
  if (std::filesystem::exists(path)) return wrong(path + " is there already", kFailed);
  std::ofstream out(path);
  out << filled(file.text, name, type_of(name));
  if (!out.flush()) return wrong("cannot write " + path, kFailed);
  std::printf("%s\n", path.c_str());
  return kFine;
}

int new_plugin(const std::string& name) {
  std::error_code error;
  if (!std::filesystem::create_directory(name, error))
    return wrong("cannot make the folder " + name + ": " +
                     (error ? error.message() : std::string("it is there already")),
                 kFailed);
  for (const auto& file : kFiles) {
    const std::string path = name + '/' + std::string(file.path);
    if (const int code = write({path, file.text}, name); code != kFine) return code;
  }
  return kFine;
}

int new_policy(const std::string& name) {
  std::error_code error;
  std::filesystem::create_directory("policies", error);
  if (error) return wrong("cannot make the folder policies: " + error.message(), kFailed);
  for (const auto& file : kPolicy) {
    if (const int code = write(file, name); code != kFine) return code;
  }
  std::printf(
      "\nTry it with `gatehouse test policies`. A route of routes.yaml uses it with\n"
      "    policy: {script: policies/%s.lua, with: {header: X-User-ID}}\n"
      "behind a plugin that finds out who the client is.\n",
      name.c_str());
  return kFine;
}

}  // namespace

int run_new(const Arguments& arguments) {
  const bool plugin = !arguments.rest.empty() && arguments.rest[0] == "plugin";
  const bool policy = !arguments.rest.empty() && arguments.rest[0] == "policy";
  if (arguments.rest.size() != 2 || (!plugin && !policy))
    return wrong("new needs what and a name, such as `gatehouse new plugin greeter`", kUsage);
  const std::string& name = arguments.rest[1];
  if (!good_name(name))
    return wrong(
        "'" + name + "' is no name for a " + arguments.rest[0] + ": a-z, 0-9 and _, a letter first",
        kUsage);
  return plugin ? new_plugin(name) : new_policy(name);
}

}  // namespace gatehouse::app

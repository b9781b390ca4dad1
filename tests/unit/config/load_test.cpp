// What only the whole file can tell, and what arrives in the Spec.
#include "config/load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "unit/config/fake_source.h"

namespace gatehouse::config {
namespace {

std::string said(const std::string& text) {
  std::string out;
  for (const auto& d : load(text, FakeSource()).diagnostics) {
    out += std::to_string(d.span.line) + ":" + std::to_string(d.span.column) + " " + d.code + "\n";
  }
  return out;
}

std::string routes(const std::string& list) {
  return "version: 1\n"
         "listeners: {a: {address: \"0.0.0.0:1\", default: {action: {forward: two}}}, b: {address: "
         "\"0.0.0.0:2\"}}\n"
         "target_groups: {one: {targets: \"h:1\"}, two: {targets: [\"h:1\", {address: \"h:2\", "
         "weight: 3}]}}\n"
         "routes:\n" +
         list;
}
std::string route(const std::string& name, int priority, const std::string& more = "") {
  return "- {name: " + name + ", priority: " + std::to_string(priority) +
         ", action: {forward: one}" + (more.empty() ? "" : ", " + more) + "}\n";
}

TEST(Load, priorities_are_unique_on_each_listener) {
  EXPECT_EQ(said(routes(route("x", 1) + route("y", 2))), "");
  EXPECT_EQ(said(routes(route("x", 1, "listeners: [a]") + route("y", 1, "listeners: b"))), "");
  EXPECT_EQ(said(routes(route("x", 1, "listeners: [a]") + route("y", 1))),
            "6:23 duplicate-priority\n");
  EXPECT_EQ(said(routes(route("x", 1) + route("y", 1))), "6:23 duplicate-priority\n");
}

TEST(Load, names_of_routes_are_unique) {
  EXPECT_EQ(said(routes(route("x", 1) + route("x", 2))), "6:10 duplicate-name\n");
  EXPECT_EQ(said(routes(route("default", 1))), "5:10 duplicate-name\n");
}

TEST(Load, what_a_route_names_exists) {
  EXPECT_EQ(said(routes(route("x", 1, "listeners: [a, c]"))), "5:65 unknown-listener\n");
  EXPECT_EQ(said(routes("- {name: x, priority: 1, action: {forward: {one: 1, three: 2}}}\n")),
            "5:53 unknown-target-group\n");
}

TEST(Load, two_listeners_do_not_share_an_address_unless_the_system_chooses_it) {
  const std::string tail = "default: {action: {respond: {status: 404}}}\n";
  EXPECT_EQ(said("version: 1\nlisteners: {a: {address: \"h:1\"}}\n" + tail), "2:26 wrong-value\n");
  EXPECT_EQ(
      said("version: 1\nlisteners: {a: {address: \"[::]:1\"}, b: {address: \"[::]:1\"}}\n" + tail),
      "2:50 duplicate-address\n");
  EXPECT_EQ(said("version: 1\nlisteners: {a: {address: \"[::]:1\"}, b: {address: \"[0::]:01\"}}\n" +
                 tail),
            "2:50 duplicate-address\n");
  EXPECT_EQ(
      said("version: 1\nlisteners: {a: {address: \"[::]:0\"}, b: {address: \"[::]:0\"}}\n" + tail),
      "");
}

// Both would listen, and each connection would reach one of them by chance.
TEST(Load, a_listener_does_not_share_the_address_of_the_admin_api) {
  const std::string tail =
      "listeners: {a: {address: \"127.0.0.1:9901\"}}\ndefault: {action: {respond: {status: "
      "404}}}\n";
  EXPECT_EQ(said("version: 1\n" + tail), "2:26 duplicate-address\n") << "which it has by default";
  EXPECT_EQ(said("version: 1\nadmin: {address: 127.0.0.1:9901}\n" + tail),
            "3:26 duplicate-address\n");
  EXPECT_EQ(said("version: 1\nadmin: {address: 127.0.0.1:9902}\n" + tail), "");
  EXPECT_EQ(said("version: 1\nadmin: off\n" + tail), "");
}

TEST(Load, a_file_that_can_do_nothing_is_warned_of) {
  const auto loaded = load("version: 1\n", FakeSource());
  EXPECT_TRUE(loaded.good());
  EXPECT_EQ(said("version: 1\n"), "1:1 no-listener\n1:1 no-route\n");
}

TEST(Load, values_arrive) {
  const auto loaded = load(
      "version: 1\nworkers: 3\nuser: gate\nstate_dir: var\nreload: {watch: on, keep: 7}\n"
      "admin: off\naccess_log: {path: a.log, format: alb}\ntrusted_proxies: 10.0.0.0/8\n"
      "limits: {body: 0, header_count: 50}\ntimeouts: {total: 1h}\n"
      "listeners:\n  a:\n    address: 0.0.0.0:80\n    x_forwarded_for: remove\n"
      "    limits: {connections: 9}\n    default: {action: {respond: {status: 404, body: no}}}\n"
      "target_groups:\n  one:\n    targets: [\"h:1\", {address: \"unix:/s\", weight: 0}]\n"
      "    pool: {idle: 1, queue: {size: 2, wait: 3s}}\n    timeouts: {connect: 1ms}\n"
      "routes:\n- name: r\n  priority: 1000000\n  listeners: a\n"
      "  when: {host: [h, \"*.h\"], path: /p}\n  encoded_slash: keep\n  path_form: raw\n"
      "  trailers: [Grpc-Status]\n  action: {redirect: {port: \"#{port}\", path: /x, status: "
      "308}}\ndefault: {action: {forward: one}}\n",
      FakeSource());
  EXPECT_EQ(render(loaded.diagnostics, "f", ""), "");
  const Spec& spec = loaded.spec;
  EXPECT_EQ(spec.workers, 3U);
  EXPECT_EQ(spec.user, "gate");
  EXPECT_EQ(spec.state_dir.value, "var");
  EXPECT_TRUE(spec.reload.watch);
  EXPECT_EQ(spec.reload.keep, 7U);
  EXPECT_TRUE(spec.admin.off);
  EXPECT_EQ(spec.access_log, (AccessLogSpec{false, "a.log", AccessFormat::alb}));
  ASSERT_EQ(spec.trusted_proxies.size(), 1U);
  EXPECT_EQ(spec.limits.body, Bytes{0});
  EXPECT_EQ(spec.limits.header_count, 50U);
  EXPECT_EQ(spec.limits.headers, 32_KiB) << "what is not said keeps its default";
  EXPECT_EQ(spec.timeouts.total, Millis(3'600'000));
  const ListenerSpec& listener = spec.listeners.at(0);
  EXPECT_EQ(listener.name, "a");
  EXPECT_EQ(listener.span.line, 12U);
  EXPECT_EQ(listener.address.value, "0.0.0.0:80");
  EXPECT_EQ(listener.x_forwarded_for, ForwardedFor::remove);
  EXPECT_EQ(listener.limits.connections, 9U);
  EXPECT_EQ(listener.fallback->respond->body, "no");
  const GroupSpec& group = spec.target_groups.at(0);
  EXPECT_EQ(group.targets.at(0).weight, 1U);
  EXPECT_EQ(group.targets.at(1).address.value, "unix:/s");
  EXPECT_EQ(group.targets.at(1).weight, 0U);
  EXPECT_EQ(group.pool.queue.wait, Millis(3000));
  EXPECT_EQ(group.timeouts.connect, Millis(1));
  const RouteSpec& rule = spec.routes.at(0);
  EXPECT_EQ(rule.name.value, "r");
  EXPECT_EQ(rule.name.span.line, 23U);
  EXPECT_EQ(rule.priority.value, 1'000'000U);
  EXPECT_EQ(rule.when.host.at(1).value, "*.h");
  EXPECT_EQ(rule.when.path.at(0).value, "/p");
  EXPECT_EQ(rule.encoded_slash, EncodedSlash::keep);
  EXPECT_EQ(rule.path_form, PathForm::raw);
  EXPECT_EQ(rule.trailers, std::vector<std::string>{"Grpc-Status"});
  EXPECT_EQ(rule.action->redirect->status, 308U);
}

TEST(Load, an_inner_level_takes_the_place_of_an_outer_one) {
  TimeoutsOverride with;
  with.connect = Millis(7);
  with.half_close = Millis(8);
  const Timeouts timeouts = apply(Timeouts{}, with);
  EXPECT_EQ(timeouts.connect, Millis(7));
  EXPECT_EQ(timeouts.half_close, Millis(8));
  EXPECT_EQ(timeouts.response, Timeouts{}.response);
  LimitsOverride limits;
  limits.body = Bytes{0};
  EXPECT_EQ(apply(Limits{}, limits).body, Bytes{0});
  EXPECT_EQ(apply(Limits{}, limits).header, Limits{}.header);
}

TEST(Load, a_query_in_a_path_is_warned_of) {
  for (const char* path : {"\"/a?b=c\"", "\"/a?b=*&d=e\"", "\"/a?b=c/d\""}) {
    EXPECT_EQ(said(routes(route("x", 1, std::string("when: {path: ") + path + "}"))),
              "5:63 query-in-path\n")
        << path;
  }
  for (const char* path : {"\"/a?b\"", "\"/a?b/c=d\"", "\"/a?=b\"", "/a=b"}) {
    EXPECT_EQ(said(routes(route("x", 1, std::string("when: {path: ") + path + "}"))), "") << path;
  }
}

TEST(Load, patterns_that_match_nothing_are_warned_of) {
  for (const char* path : {"api", "//a", "/a/../b", "/a/./b", "/a/..", "/a;x", "/a#b", "\"\""}) {
    EXPECT_EQ(said(routes(route("x", 1, std::string("when: {path: ") + path + "}"))),
              "5:63 never-matches\n")
        << path;
  }
  for (const char* path : {"/", "\"*\"", "\"?a\"", "/a/...", "/a.b"}) {
    EXPECT_EQ(said(routes(route("x", 1, std::string("when: {path: ") + path + "}"))), "") << path;
  }
}

TEST(SystemSource, reads_below_its_folder_and_says_what_it_cannot_read) {
  const std::filesystem::path folder = testing::TempDir() + "gatehouse_source";
  std::filesystem::create_directories(folder / "sub");
  std::ofstream(folder / "sub/file") << "bytes";
  std::ofstream(folder / "empty").close();
  const SystemSource source(folder.string());
  EXPECT_EQ(source.read_file("sub/file").value(), "bytes");
  EXPECT_EQ(source.read_file((folder / "sub/file").string()).value(), "bytes");
  EXPECT_EQ(source.read_file("empty").value(), "");
  EXPECT_EQ(source.read_file("none").error().text(), "read none: No such file or directory (2)");
  EXPECT_EQ(source.read_file("sub").error().text(), "read sub: Is a directory (21)");
  EXPECT_EQ(source.read_file("/dev/zero").error().tried, "read /dev/zero: larger than 32 MiB");
  EXPECT_EQ(source.environment("GATEHOUSE_NO_SUCH_VARIABLE"), std::nullopt);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gatehouse::config

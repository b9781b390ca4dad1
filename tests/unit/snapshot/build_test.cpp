#include "snapshot/build.h"

#include <gtest/gtest.h>

#include "lib/spec.h"
#include "snapshot/registry.h"

namespace gatehouse::snapshot {
namespace {

using test::file_of;

const std::string kGroups =
    "target_groups:\n"
    "  app: {targets: [\"10.0.0.1:80\", \"app.test:81\"]}\n"
    "  other: {targets: [\"10.0.0.2:80\"]}\n"
    "default: {action: {forward: app}}\n";

std::string route(const std::string& name, int priority, const std::string& rest) {
  return "  - {name: " + name + ", priority: " + std::to_string(priority) + ", when: {path: /" +
         name + "}, " + rest + "}\n";
}
const std::string kForward = "action: {forward: app}";

class ABuild : public ::testing::Test {
 protected:
  std::shared_ptr<Snapshot> build(const std::string& body, const Snapshot* previous = nullptr) {
    return snapshot::build(test::spec_of(file_of(body)), previous, registry_);
  }
  static const Rule* rule(const Snapshot& snapshot, std::string_view name) {
    for (const auto& rule : snapshot.listeners[0]->rules) {
      if (rule->name == name) return rule.get();
    }
    return nullptr;
  }

  observe::Metrics metrics_;
  Registry registry_{metrics_};
};

TEST_F(ABuild, takes_over_what_did_not_change) {
  const auto before =
      build(kGroups + "routes:\n" + route("a", 1, kForward) + route("b", 2, kForward));
  const auto after = build(kGroups + "routes:\n" + route("a", 1, kForward) +
                               route("b", 2, "action: {forward: other}") + route("c", 3, kForward),
                           before.get());
  EXPECT_EQ(rule(*after, "a"), rule(*before, "a"));
  EXPECT_NE(rule(*after, "b"), rule(*before, "b"));
  EXPECT_EQ(after->listeners[0]->fallback, before->listeners[0]->fallback);
  EXPECT_EQ(after->groups[0].state, before->groups[0].state);
  EXPECT_EQ(after->groups[0].targets[0].state, before->groups[0].targets[0].state);
  EXPECT_EQ(after->listeners[0]->state, before->listeners[0]->state);
  EXPECT_EQ(rule(*after, "b")->lease->slot(), rule(*before, "b")->lease->slot()) << "it counts on";
}

// Each of these decides what the rule does, so each makes it another one.
TEST_F(ABuild, makes_a_rule_anew_for_whatever_it_depends_on) {
  const std::string routes = "routes:\n";
  const auto before = build(kGroups + routes + route("a", 1, kForward));
  const std::string kChanges[] = {
      kGroups + routes + route("a", 2, kForward),
      kGroups + routes + route("a", 1, "action: {forward: {app: 1, other: 2}}"),
      kGroups + routes + route("a", 1, kForward + ", timeouts: {response: 5s}"),
      kGroups + routes + route("a", 1, kForward + ", limits: {body: 5KiB}"),
      kGroups + routes + route("a", 1, kForward + ", encoded_slash: keep"),
      kGroups + routes + route("a", 1, kForward + ", path_form: raw"),
      kGroups + routes + route("a", 1, kForward + ", trailers: [X-Sum]"),
      kGroups + routes + route("a", 1, "action: {redirect: {path: /x}}"),
      kGroups + routes + route("a", 1, "action: {respond: {status: 204}}"),
      kGroups + "timeouts: {total: 7s}\n" + routes + route("a", 1, kForward),
      kGroups + routes + "  - {name: a, priority: 1, when: {path: /b}, " + kForward + "}\n",
      kGroups + routes + "  - {name: a, priority: 1, when: {host: a.test, path: /a}, " + kForward +
          "}\n",
  };
  for (const auto& change : kChanges) {
    const auto after = build(change, before.get());
    EXPECT_NE(rule(*after, "a"), rule(*before, "a")) << change;
  }
  const auto same =
      build("# a comment\n" + kGroups + routes + route("a", 1, kForward), before.get());
  EXPECT_EQ(rule(*same, "a"), rule(*before, "a"));
}

TEST_F(ABuild, resolves_limits_from_the_outside_in) {
  const auto built = build(
      "timeouts: {response: 1s, connect: 1s, body_idle: 1s}\n"
      "target_groups: {app: {targets: [\"10.0.0.1:80\"], timeouts: {response: 2s, connect: 2s}}}\n"
      "routes:\n" +
      route("a", 1, kForward + ", timeouts: {response: 3s}"));
  const auto& forward = *rule(*built, "a")->action.as<Forward>();
  EXPECT_EQ(forward.groups[0].limits.stream.response, Millis(3000));
  EXPECT_EQ(forward.groups[0].limits.connect, Millis(2000));
  EXPECT_EQ(forward.groups[0].limits.stream.body_idle, Millis(1000));
}

TEST_F(ABuild, tells_addresses_from_names) {
  const auto built = build(kGroups);
  const auto& targets = built->groups[0].targets;
  EXPECT_EQ(targets[0].address.text(), "10.0.0.1:80");
  EXPECT_EQ(targets[0].host, "");
  EXPECT_EQ(targets[1].host, "app.test");
  EXPECT_EQ(targets[1].port, 81);
}

TEST_F(ABuild, uses_places_in_the_metrics_again) {
  auto before = build(kGroups + "routes:\n" + route("a", 1, kForward));
  const auto slot = rule(*before, "a")->lease->slot();
  auto after = build(kGroups + "routes:\n" + route("b", 1, kForward), before.get());
  EXPECT_NE(rule(*after, "b")->lease->slot(), slot) << "the old one is still in use";
  before.reset();
  const auto last =
      build(kGroups + "routes:\n" + route("b", 1, kForward) + route("c", 2, kForward), after.get());
  EXPECT_EQ(rule(*last, "c")->lease->slot(), slot);
  EXPECT_EQ(registry_.listener("public"), 0u);
}

TEST_F(ABuild, leaves_nothing_behind_over_many_generations) {
  auto live = build(kGroups);
  for (int i = 0; i < 300; ++i) {
    live = build(kGroups + "routes:\n" + route("r" + std::to_string(i), 1, kForward), live.get());
  }
  EXPECT_LE(metrics_.slots(observe::Metrics::Kind::rule).size(), 4u);
  EXPECT_LE(metrics_.slots(observe::Metrics::Kind::group).size(), 2u);
}

TEST_F(ABuild, frees_a_rule_only_when_nobody_holds_it) {
  auto before = build(kGroups + "routes:\n" + route("a", 1, kForward));
  std::shared_ptr<const Rule> held = before->listeners[0]->rules[0];
  const std::weak_ptr<const Snapshot> gone = before;
  before.reset();
  EXPECT_TRUE(gone.expired()) << "a rule does not hold its snapshot";
  EXPECT_EQ(held->name, "a");
}

}  // namespace
}  // namespace gatehouse::snapshot

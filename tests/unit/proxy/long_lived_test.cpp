// What lives long keeps its rule, not the configuration that it began with.
#include <gtest/gtest.h>

#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using test::Gate;

const std::string kUpgrade =
    "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const std::string kSwitched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const std::string kFile = test::file_of(
    "target_groups: {app: {targets: [\"10.0.0.1:80\"]}}\n"
    "timeouts: {body_idle: 365d}\n"
    "routes:\n"
    "  - {name: socket, priority: 1, when: {path: /socket}, action: {forward: app}}\n"
    "  - {name: page, priority: 2, when: {path: /page}, action: {respond: {status: 200, body: "
    "first}}}\n");

struct Tunnel {
  std::shared_ptr<test::FarEnd> client;
  std::shared_ptr<test::FarEnd> target;
};

Tunnel opens_tunnel(Gate& gate) {
  Tunnel tunnel{gate.connects(), nullptr};
  tunnel.client->sends(kUpgrade);
  while (gate.net().opened.empty()) gate.passes(Millis(5));
  tunnel.target = gate.target();
  EXPECT_FALSE(gate.reads(*tunnel.target).head.empty());
  tunnel.target->sends(kSwitched);
  EXPECT_EQ(gate.reads(*tunnel.client).status(), 101);
  return tunnel;
}

config::Spec changed(config::Spec spec, std::size_t route, const std::string& body) {
  spec.routes[route].action->respond->body = body;
  return spec;
}

TEST(ATunnel, keeps_no_generation_alive_over_10000_reloads) {
  Gate gate(kFile);
  const config::Spec spec = test::spec_of(kFile);
  const snapshot::Rule* rule = gate.live()->listeners[0]->rules[0].get();
  std::vector<std::weak_ptr<const snapshot::Snapshot>> generations;
  std::vector<Tunnel> tunnels;
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (i % 100 == 0) tunnels.push_back(opens_tunnel(gate));
    gate.reload(changed(spec, 1, std::to_string(i)));
    gate.turn();
    generations.push_back(gate.live());
    std::erase_if(generations, [](const auto& each) { return each.expired(); });
    most = std::max(most, generations.size());
  }
  EXPECT_EQ(tunnels.size(), 100u);
  EXPECT_LE(most, 2u) << "whole configurations alive at once";
  EXPECT_EQ(gate.live()->listeners[0]->rules[0].get(), rule) << "unchanged, so the same object";
  for (auto& [client, target] : tunnels) {
    client->sends("up");
    target->sends("down");
    EXPECT_TRUE(gate.receives(*target, "up"));
    EXPECT_TRUE(gate.receives(*client, "down"));
  }
}

TEST(ATunnel, keeps_a_rule_that_changed_until_it_closes) {
  Gate gate(kFile);
  const std::weak_ptr<const snapshot::Snapshot> generation = gate.live();
  const std::weak_ptr<const snapshot::Rule> rule = gate.live()->listeners[0]->rules[0];
  const Tunnel tunnel = opens_tunnel(gate);
  config::Spec spec = test::spec_of(kFile);
  spec.routes[0].priority.value = 7;
  gate.reload(std::move(spec));
  EXPECT_TRUE(generation.expired());
  ASSERT_FALSE(rule.expired());
  tunnel.client->sends("still");
  EXPECT_TRUE(gate.receives(*tunnel.target, "still"));
  tunnel.client->closes();
  EXPECT_EQ(gate.logged().rule, "socket");
  EXPECT_TRUE(rule.expired());
}

TEST(ATunnel, outlives_its_target_group) {
  Gate gate(kFile);
  const Tunnel tunnel = opens_tunnel(gate);
  gate.reload(test::file_of("default: {action: {respond: {status: 204}}}\n"));
  tunnel.target->sends("still");
  EXPECT_TRUE(gate.receives(*tunnel.client, "still"));
  tunnel.target->closes();
  const auto record = gate.logged();
  EXPECT_EQ(record.target, "10.0.0.1:80");
  EXPECT_EQ(word(record.reason), "tunnel_closed");
}

TEST(AnIdleConnection, keeps_no_generation_alive_and_gets_the_next_one) {
  Gate gate(kFile);
  const auto client = gate.connects();
  client->sends("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(gate.reads(*client).body, "first");
  gate.settle();
  const std::weak_ptr<const snapshot::Snapshot> generation = gate.live();
  gate.reload(changed(test::spec_of(kFile), 1, "second"));
  EXPECT_TRUE(generation.expired());
  client->sends("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(gate.reads(*client).body, "second");
}

// The request began under the first generation and ends under it, whatever becomes of its group.
TEST(AnExchange, ends_under_the_generation_that_it_began_with) {
  Gate gate(kFile);
  const auto client = gate.connects();
  client->sends("GET /socket HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto target = gate.target();
  gate.settle();
  const std::weak_ptr<const snapshot::Snapshot> generation = gate.live();
  gate.reload(test::file_of("default: {action: {respond: {status: 204}}}\n"));
  EXPECT_FALSE(generation.expired());
  target->closes();  // it is tried again, at a target that the new generation does not know
  const auto second = gate.target();
  EXPECT_FALSE(gate.reads(*second).head.empty());
  second->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(gate.reads(*client).status(), 200);
  EXPECT_EQ(gate.logged().generation, 1u);
  EXPECT_TRUE(generation.expired());
}

TEST(AnExchange, that_waits_for_a_connection_gets_one_of_a_group_that_has_left_the_file) {
  Gate gate(
      test::file_of("target_groups: {app: {targets: [\"10.0.0.1:80\"], pool: {connections: 1}}}\n"
                    "default: {action: {forward: app}}\n"));
  const auto first = gate.connects();
  const auto second = gate.connects();
  first->sends("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto target = gate.target();
  gate.settle();
  second->sends("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.settle();
  gate.reload(test::file_of("default: {action: {respond: {status: 204}}}\n"));
  gate.settle();
  EXPECT_TRUE(gate.log().empty());
  for (const auto& client : {first, second}) {
    EXPECT_FALSE(gate.reads(*target).head.empty());
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(gate.reads(*client).status(), 200);
  }
  gate.settle();
  EXPECT_TRUE(target->over()) << "nobody needs it any more";
}

}  // namespace
}  // namespace gatehouse::proxy

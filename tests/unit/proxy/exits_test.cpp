// Every way in which an exchange can end, each through the one exit: one record, one count, one log
// phase.
#include <gtest/gtest.h>

#include <set>

#include "lib/fake_step.h"
#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using exchange::Verdict;
using plugin::Phase;
using test::Gate;
using test::Greeting;

struct Scene {
  Gate& gate;
  test::FarEnd& client;

  void sends(const std::string& bytes) {
    client.sends(bytes);
    gate.settle();
  }
  // A request that has reached its target.
  std::shared_ptr<test::FarEnd> asks(const std::string& request) {
    client.sends(request);
    auto target = gate.target();
    gate.settle();
    return target;
  }
  std::shared_ptr<test::FarEnd> gets() { return asks("GET / HTTP/1.1\r\nHost: a\r\n\r\n"); }
  void answered(const std::string& answer) {
    gets()->sends(answer);
    gate.settle();
  }
  std::shared_ptr<test::FarEnd> tunnels() {
    auto target =
        asks("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    target->sends(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    gate.settle();
    return target;
  }
};

struct End {
  Reason reason;
  unsigned status;    // in the record; 0: nothing was sent
  std::string extra;  // of the file, beside target group `app` and the default
  std::function<void(Scene&)> happens;
  std::string name = {};   // unless it is the reason's
  std::size_t others = 0;  // exchanges beside it
};

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::function<void(Scene&)> sends(std::string request) {
  return [request = std::move(request)](Scene& scene) { scene.sends(request); };
}
std::function<void(Scene&)> answered(std::string answer) {
  return [answer = std::move(answer)](Scene& scene) { scene.answered(answer); };
}
const std::string kSmall =
    "limits: {request_line: 256B, header: 256B, headers: 300B, header_count: 3, body: 8B}\n";
const std::string kChunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kNoDefault = "# nothing else\n";
const std::string kLoop = "Via: 1.1 gatehouse\r\n";

// clang-format off
const End kEnds[] = {
    {Reason::none, 200, "", answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")},
    {Reason::none, 204, "", answered("HTTP/1.1 204 No Content\r\n\r\n"), "none_without_body"},
    {Reason::redirected, 302, "routes: [{name: r, priority: 1, when: {path: /r}, action: {redirect: {path: /s}}}]\n", sends(get("/r"))},
    {Reason::responded, 204, "routes: [{name: r, priority: 1, when: {path: /r}, action: {respond: {status: 204}}}]\n", sends(get("/r"))},
    {Reason::last_recipient, 204, "", sends("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n")},
    {Reason::bad_request, 400, "", [](Scene& s) { s.client.sends("GET / HT"); s.gate.settle(); s.client.ends(); s.gate.settle(); }},
    {Reason::bad_request_line, 400, "", sends("GET /\r\n\r\n")},
    {Reason::bad_method, 400, "", sends("G(T / HTTP/1.1\r\nHost: a\r\n\r\n")},
    {Reason::bad_target, 400, "", sends("GET a HTTP/1.1\r\nHost: a\r\n\r\n")},
    {Reason::bad_path, 400, "", sends(get("/a%2fb"))},
    {Reason::bad_version, 400, "", sends("GET / HTTP/x\r\nHost: a\r\n\r\n")},
    {Reason::bad_header, 400, "", sends("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n")},
    {Reason::bad_host, 400, "", sends("GET / HTTP/1.1\r\n\r\n")},
    {Reason::bad_host, 400, "routes: [{name: r, priority: 1, when: {path: /r}, action: {redirect: {path: /s}}}]\n", sends("GET /r HTTP/1.0\r\n\r\n"), "bad_host_of_a_redirect"},
    {Reason::bad_content_length, 400, "", sends("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n")},
    {Reason::bad_transfer_encoding, 400, "", sends("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")},
    {Reason::bad_chunk, 400, "", [](Scene& s) { s.asks(kChunked); s.sends("z\r\n"); }},
    {Reason::bad_chunk, 400, "", sends(kChunked + "0x1\r\n"), "bad_chunk_with_the_head"},
    {Reason::expectation_failed, 417, "", sends("GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n")},
    {Reason::method_not_allowed, 405, "", sends("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")},
    {Reason::transfer_encoding_unknown, 501, "", sends("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")},
    {Reason::version_not_supported, 505, "", sends("GET / HTTP/2.0\r\nHost: a\r\n\r\n")},
    {Reason::request_line_too_long, 414, kSmall, sends(get("/" + std::string(300, 'a')))},
    {Reason::header_too_long, 431, kSmall, sends("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(280, 'a') + "\r\n\r\n")},
    {Reason::headers_too_large, 431, kSmall, sends("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(155, 'a') + "\r\nY: " + std::string(158, 'a') + "\r\n\r\n")},
    {Reason::too_many_headers, 431, kSmall, sends("GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n")},
    {Reason::body_too_large, 413, kSmall, sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")},
    {Reason::body_too_large, 413, kSmall, sends(kChunked + "9\r\n123456789\r\n1\r\na\r\n0\r\n\r\nGET / HT"), "body_too_large_with_the_head"},
    {Reason::body_too_large, 413, kSmall, [](Scene& s) { s.asks(kChunked); s.sends("9\r\n123456789\r\n1\r\na\r\n0\r\n\r\nGET / HT"); }, "body_too_large_later"},
    {Reason::request_header_timeout, 408, "timeouts: {request_header: 1s}\n", [](Scene& s) { s.sends("GET / HT"); s.gate.passes(Millis(1100)); }},
    {Reason::request_body_timeout, 408, "timeouts: {body_idle: 1s}\n", [](Scene& s) { s.asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"); s.gate.passes(Millis(1100)); }},
    {Reason::client_closed, 0, "", [](Scene& s) { s.asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12"); s.client.closes(); }},
    {Reason::client_closed, 0, "", [](Scene& s) { s.gets(); s.client.closes(); s.gate.passes(Millis(1100)); }, "client_closed_while_it_waits"},
    {Reason::client_reset, 0, "", [](Scene& s) { s.gets(); s.client.resets(); }},
    {Reason::client_reset, 200, "", [](Scene& s) { auto t = s.gets(); t->sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"); s.gate.settle(); s.client.resets(); s.gate.settle(); t->sends("more"); }, "client_reset_in_the_answer"},
    {Reason::client_stalled, 200, "timeouts: {send_stall: 1s}\n", [](Scene& s) { dynamic_cast<test::MemoryFarEnd&>(s.client).holds(100); s.client.stops_reading(); s.answered("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'x')); s.gate.passes(Millis(1100)); }},
    {Reason::loop_detected, 508, "", sends("GET / HTTP/1.1\r\nHost: a\r\n" + kLoop + kLoop + kLoop + kLoop + kLoop + kLoop + kLoop + kLoop + "\r\n")},
    {Reason::total_timeout, 504, "timeouts: {total: 1s}\n", [](Scene& s) { s.gets(); s.gate.passes(Millis(1100)); }},
    {Reason::total_timeout, 200, "timeouts: {total: 1s}\n", [](Scene& s) { s.answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"); s.gate.passes(Millis(1100)); }, "total_timeout_in_the_answer"},
    {Reason::gateway_full, 503, "", [](Scene& s) { s.gate.net().greets = [](const std::string&) { return Greeting::no_descriptor; }; s.sends(get("/")); }},
    {Reason::draining, 503, "", [](Scene& s) { s.gets(); s.gate.stops_worker(); }},
    {Reason::no_target, 503, "routes: [{name: r, priority: 1, when: {path: /r}, action: {forward: empty}}]\n", sends(get("/r"))},
    {Reason::target_unresolved, 503, "routes: [{name: r, priority: 1, when: {path: /r}, action: {forward: named}}]\n", sends(get("/r"))},
    {Reason::pool_full, 503, "routes: [{name: r, priority: 1, when: {path: /r}, action: {forward: full}}]\n", [](Scene& s) { auto other = s.gate.connects(); other->sends(get("/r")); s.gate.settle(); s.sends(get("/r")); other->resets(); }, "pool_full", 1},
    {Reason::pool_timeout, 503, "routes: [{name: r, priority: 1, when: {path: /r}, action: {forward: slow}}]\n", [](Scene& s) { auto other = s.gate.connects(); other->sends(get("/r")); s.gate.settle(); s.sends(get("/r")); s.gate.passes(Millis(1100)); other->resets(); }, "pool_timeout", 1},
    {Reason::no_rule, 404, kNoDefault, sends(get("/"))},
    {Reason::bad_upgrade, 400, "", sends("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")},
    {Reason::target_unreachable, 502, "", [](Scene& s) { s.gate.net().greets = [](const std::string&) { return Greeting::refuses; }; s.sends(get("/")); }},
    {Reason::target_unreachable, 502, "", [](Scene& s) { s.gate.net().greets = [](const std::string&) { return Greeting::fails_at_once; }; s.sends(get("/")); }, "target_unreachable_at_once"},
    {Reason::target_connect_timeout, 504, "timeouts: {connect: 1s}\n", [](Scene& s) { s.gate.net().greets = [](const std::string&) { return Greeting::never_answers; }; s.sends(get("/")); s.gate.passes(Millis(2200)); }},
    {Reason::target_closed, 502, "", [](Scene& s) { s.asks("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")->closes(); }},
    {Reason::target_reset, 502, "", [](Scene& s) { s.asks("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")->resets(); }},
    {Reason::target_timeout, 504, "timeouts: {response: 1s}\n", [](Scene& s) { s.gets(); s.gate.passes(Millis(1100)); }},
    {Reason::target_stalled, 504, "timeouts: {send_stall: 1s}\n", [](Scene& s) { auto t = s.asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"); dynamic_cast<test::MemoryFarEnd&>(*t).holds(100); t->stops_reading(); s.sends(std::string(90000, 'x')); s.gate.passes(Millis(1100)); }},
    {Reason::target_body_timeout, 200, "timeouts: {body_idle: 1s}\n", [](Scene& s) { s.answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"); s.gate.passes(Millis(1100)); }},
    {Reason::target_truncated, 200, "", [](Scene& s) { auto t = s.gets(); t->sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"); t->closes(); }},
    {Reason::target_truncated, 502, "", [](Scene& s) { auto t = s.gets(); t->sends("HTTP/1.1 200"); t->closes(); }, "target_truncated_in_its_head"},
    {Reason::target_bad_head, 502, "", answered("HELLO\r\n\r\n")},
    {Reason::target_bad_length, 502, "", answered("HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\n")},
    {Reason::target_bad_chunk, 200, "", answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n")},
    {Reason::target_headers_too_large, 502, "limits: {response_headers: 1KiB}\n", answered("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n")},
    {Reason::target_bad_upgrade, 502, "", answered("HTTP/1.1 101 Switching Protocols\r\n\r\n")},
    {Reason::tunnel_idle, 101, "timeouts: {body_idle: 1s}\n", [](Scene& s) { s.tunnels(); s.gate.passes(Millis(1100)); }},
    {Reason::tunnel_closed, 101, "", [](Scene& s) { s.tunnels()->closes(); }},
    {Reason::tunnel_closed, 101, "", [](Scene& s) { auto t = s.tunnels(); s.client.resets(); }, "tunnel_closed_by_the_client"},
};
// clang-format on

std::string name_of(const End& end) {
  return end.name.empty() ? std::string(word(end.reason)) : end.name;
}

const std::string kGroups =
    "target_groups:\n"
    "  app: {targets: [\"10.0.0.1:80\"]}\n"
    "  named: {targets: [\"app.test:80\"]}\n"
    "  full: {targets: [\"10.0.0.2:80\"], pool: {connections: 1, queue: {size: 0}}}\n"
    "  empty: {targets: [{address: \"10.0.0.4:80\", weight: 0}]}\n"
    "  slow: {targets: [\"10.0.0.3:80\"], pool: {connections: 1, queue: {wait: 1s}}}\n";

class Exit : public ::testing::TestWithParam<End> {};

TEST_P(Exit, is_passed_once) {
  const End& row = GetParam();
  const auto logs = std::make_shared<test::FakeStep>(
      plugin::bit(Phase::log),
      [](exchange::Exchange&, Phase, net::Segment) { return Verdict::pass(); });
  const std::string standard = row.extra == kNoDefault ? "" : "default: {action: {forward: app}}\n";
  Gate gate(test::file_of(kGroups + standard + row.extra), {.steps = {logs}, .net = nullptr});
  const auto client = gate.connects();
  Scene scene{gate, *client};
  row.happens(scene);
  gate.settle();

  const auto records = gate.log();
  std::string reasons;
  std::size_t routed = 0;
  for (const auto& record : records) {
    reasons += std::string(word(record.reason)) + " ";
    if (!record.rule.empty()) ++routed;
    if (record.reason == row.reason) {
      EXPECT_EQ(record.status, row.status);
    }
  }
  EXPECT_EQ(gate.ended(row.reason), 1u) << reasons;
  EXPECT_EQ(records.size(), row.others + 1) << reasons;
  EXPECT_EQ(gate.metrics().requests.value(), records.size());
  EXPECT_EQ(gate.metrics().exchanges_open.value(), 0);
  EXPECT_EQ(gate.metrics().tunnels_open.value(), 0);
  EXPECT_EQ(logs->calls.size(), routed) << "a request that no rule decided about has no steps";
}

INSTANTIATE_TEST_SUITE_P(By, Exit, ::testing::ValuesIn(kEnds),
                         [](const auto& end) { return name_of(end.param); });

// What a step decides (chain_test.cpp), what only shows when it happens twice (retry_test.cpp),
// what needs a rewriting rule (tests/integration/rules/test_rewrite.py), a policy (…/policies) or a
// file that shrinks (…/static).
const std::set<Reason> kElsewhere = {Reason::not_acceptable_answer,
                                     Reason::step_timeout,
                                     Reason::rewrite_failed,
                                     Reason::step_failed,
                                     Reason::denied,
                                     Reason::policy_failed,
                                     Reason::file_truncated,
                                     Reason::target_closed_idle,
                                     Reason::served,
                                     Reason::not_served,
                                     Reason::answer_too_large};

// What the plugins say stands at the end of the list, and has its tests with them.
TEST(Exits, cover_every_reason_of_the_core) {
  std::set<Reason> covered = kElsewhere;
  for (const End& end : kEnds) covered.insert(end.reason);
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::not_authenticated); ++i) {
    EXPECT_TRUE(covered.contains(static_cast<Reason>(i))) << word(static_cast<Reason>(i));
  }
}

}  // namespace
}  // namespace gatehouse::proxy

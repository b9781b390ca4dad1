// The same exchanges over every kind of transport.
#include <gtest/gtest.h>

#include "lib/gate.h"
#include "lib/restless_net.h"
#include "lib/socket_net.h"

namespace gatehouse::proxy {
namespace {

using test::Gate;
using test::WireMessage;

struct Kind {
  const char* name;
  std::unique_ptr<test::TestNet> (*make)();
  std::size_t bulk = 100;  // how large bodies are, in percent
};

std::unique_ptr<test::TestNet> memory() { return std::make_unique<test::MemoryNet>(); }
std::unique_ptr<test::TestNet> shuffled() { return std::make_unique<test::MemoryNet>(11); }
std::unique_ptr<test::TestNet> tcp() { return std::make_unique<test::SocketNet>(); }
template <typename Inner>
std::unique_ptr<test::TestNet> restless(const test::Restlessness& how) {
  return std::make_unique<test::RestlessNet>(std::make_unique<Inner>(), how);
}

const Kind kKinds[] = {
    {"memory", memory},
    {"memory_in_any_order", shuffled},
    {"tcp", tcp},
    {"byte_by_byte", [] { return restless<test::MemoryNet>({.largest_piece = 1}); }, 3},
    {"like_tls",
     [] {
       return restless<test::MemoryNet>(
           {.seed = 2, .largest_piece = 700, .holds = true, .read_needs_write = true, .delays = 3});
     }},
    {"like_tls_over_tcp",
     [] {
       return restless<test::SocketNet>(
           {.seed = 3, .largest_piece = 9000, .holds = true, .read_needs_write = true});
     }},
    {"late_and_in_pieces",
     [] { return restless<test::MemoryNet>({.seed = 4, .largest_piece = 40, .delays = 2}); }, 20},
    {"tcp_with_splice",
     [] {
       return restless<test::SocketNet>(
           {.seed = 5, .largest_piece = 5000, .delays = 4, .splices = true});
     }},
    {"tcp_without_splice",
     [] { return restless<test::SocketNet>({.seed = 6, .largest_piece = 5000}); }},
};

std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

std::string chunked(std::string_view body, std::size_t piece) {
  std::string out;
  char size[20];
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    const std::string_view part = body.substr(0, piece);
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    out.append(size).append(part).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

class Exchanges : public ::testing::TestWithParam<Kind> {
 protected:
  Gate gate_{test::kForward, {.steps = {}, .net = GetParam().make()}};
  static std::string body(std::size_t size) { return pattern(size * GetParam().bulk / 100); }
  std::shared_ptr<test::FarEnd> client_ = gate_.connects();
};

TEST_P(Exchanges, a_request_is_forwarded_and_answered) {
  client_->sends("GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nX-Mine: yes\r\n\r\n");
  auto target = gate_.target();
  const WireMessage request = gate_.reads(*target);
  EXPECT_EQ(request.first_line(), "GET /a?b=c HTTP/1.1");
  EXPECT_EQ(request.field("Host"), "shop.test");
  EXPECT_EQ(request.field("X-Mine"), "yes");
  target->sends("HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Theirs: too\r\n\r\nhello");
  const WireMessage answer = gate_.reads(*client_);
  EXPECT_EQ(answer.first_line(), "HTTP/1.1 200 Fine");
  EXPECT_EQ(answer.field("X-Theirs"), "too");
  EXPECT_EQ(answer.body, "hello");
  const auto record = gate_.logged();
  EXPECT_EQ(word(record.reason), "none");
  EXPECT_EQ(record.status, 200u);
}

TEST_P(Exchanges, connections_are_kept_on_both_sides) {
  std::shared_ptr<test::FarEnd> target;
  for (int i = 0; i < 5; ++i) {
    const std::string n = std::to_string(i);
    client_->sends("GET /" + n + " HTTP/1.1\r\nHost: a\r\n\r\n");
    if (target == nullptr) target = gate_.target();
    EXPECT_EQ(gate_.reads(*target).first_line(), "GET /" + n + " HTTP/1.1");
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + n);
    EXPECT_EQ(gate_.reads(*client_).body, n);
  }
  EXPECT_EQ(gate_.net().attempts, 1u);
  EXPECT_FALSE(client_->over());
}

TEST_P(Exchanges, pipelined_requests_are_answered_in_order) {
  std::string all;
  for (int i = 0; i < 4; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  }
  client_->sends(all);
  auto target = gate_.target();
  for (int i = 0; i < 4; ++i) {
    const WireMessage request = gate_.reads(*target);
    EXPECT_EQ(request.first_line(), "POST /" + std::to_string(i) + " HTTP/1.1");
    EXPECT_EQ(request.body, "abc");
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + std::to_string(i));
  }
  for (int i = 0; i < 4; ++i) EXPECT_EQ(gate_.reads(*client_).body, std::to_string(i));
}

TEST_P(Exchanges, chunked_bodies_pass_both_ways) {
  const std::string up = body(30'000);
  const std::string down = body(50'000);
  client_->sends("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                 chunked(up, 1000));
  auto target = gate_.target();
  EXPECT_EQ(gate_.reads(*target).body, up);
  target->sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(down, 4096));
  EXPECT_EQ(gate_.reads(*client_).body, down);
  EXPECT_EQ(word(gate_.logged().reason), "none");
}

TEST_P(Exchanges, bodies_of_announced_length_pass_both_ways) {
  const std::string up = body(300'000);
  const std::string down = body(400'000);
  client_->sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(up.size()) +
                 "\r\n\r\n" + up);
  auto target = gate_.target();
  EXPECT_TRUE(gate_.reads(*target).body == up);
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(down.size()) + "\r\n\r\n" +
                down);
  EXPECT_TRUE(gate_.reads(*client_).body == down);
  EXPECT_EQ(word(gate_.logged().reason), "none");
}

TEST_P(Exchanges, an_answer_to_head_and_a_204_have_no_body) {
  client_->sends("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\nDELETE /d HTTP/1.1\r\nHost: a\r\n\r\n");
  auto target = gate_.target();
  EXPECT_EQ(gate_.reads(*target).first_line(), "HEAD /h HTTP/1.1");
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
  const WireMessage head = gate_.reads(*client_, true);
  EXPECT_EQ(head.field("Content-Length"), "1234");
  EXPECT_EQ(gate_.reads(*target).first_line(), "DELETE /d HTTP/1.1");
  target->sends("HTTP/1.1 204 No Content\r\n\r\n");
  const WireMessage none = gate_.reads(*client_);
  EXPECT_EQ(none.status(), 204);
  EXPECT_EQ(none.field("Content-Length"), "");
  EXPECT_EQ(gate_.net().attempts, 1u);
}

TEST_P(Exchanges, an_upgrade_becomes_a_tunnel) {
  client_->sends(
      "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly");
  auto target = gate_.target();
  EXPECT_EQ(gate_.reads(*target).field("Upgrade"), "websocket");
  EXPECT_EQ(target->inbox(), "") << "what follows the request waits for the 101";
  target->sends(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi");
  EXPECT_EQ(gate_.reads(*client_).status(), 101);
  EXPECT_TRUE(gate_.receives(*client_, "hi"));
  EXPECT_TRUE(gate_.receives(*target, "early"));
  const std::string much = body(200'000);
  client_->sends(much);
  target->sends(much);
  EXPECT_TRUE(gate_.receives(*target, much));
  EXPECT_TRUE(gate_.receives(*client_, much));
  target->closes();
  EXPECT_TRUE(gate_.until([&] { return client_->over(); }));
  EXPECT_EQ(word(gate_.logged().reason), "tunnel_closed");
}

TEST_P(Exchanges, a_client_that_resets_ends_its_exchange) {
  client_->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  auto target = gate_.target();
  gate_.reads(*target);
  client_->resets();
  EXPECT_TRUE(gate_.until([&] { return target->over(); })) << "nobody waits for its answer";
  EXPECT_EQ(word(gate_.logged().reason), "client_reset");
}

TEST_P(Exchanges, a_client_can_tell_that_its_answer_was_cut) {
  client_->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  auto target = gate_.target();
  gate_.reads(*target);
  target->sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  target->closes();
  EXPECT_TRUE(gate_.until([&] { return client_->over(); }));
  EXPECT_FALSE(test::read_message(client_->inbox(), {.ended = true}).has_value())
      << client_->inbox();
  EXPECT_EQ(word(gate_.logged().reason), "target_truncated");
}

TEST_P(Exchanges, bytes_behind_an_answer_end_its_connection) {
  for (const char* answer :
       {"Content-Length: 2\r\n\r\nhi", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"}) {
    client_->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    auto target = gate_.target();
    gate_.reads(*target);
    target->sends(std::string("HTTP/1.1 200 OK\r\n") + answer + "HTTP/1.1 200 OK\r\nContent-Le");
    EXPECT_EQ(gate_.reads(*client_).body, "hi");
    EXPECT_TRUE(gate_.until([&] { return target->over(); })) << "its rest would answer another";
  }
}

TEST_P(Exchanges, the_body_of_a_get_never_becomes_the_request_of_another) {
  for (const char* body : {"Content-Length: 4\r\n\r\nGET ",
                           "Transfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"}) {
    client_->sends(std::string("GET / HTTP/1.1\r\nHost: a\r\n") + body);
    auto target = gate_.target();
    EXPECT_EQ(gate_.reads(*target).body, "GET ");
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_EQ(gate_.reads(*client_).body, "hi");
    EXPECT_TRUE(gate_.until([&] { return target->over(); })) << "it may not have read the body";
  }
}

INSTANTIATE_TEST_SUITE_P(Over, Exchanges, ::testing::ValuesIn(kKinds),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace gatehouse::proxy

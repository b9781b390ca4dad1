// What a request and an idle connection cost in memory.
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "lib/allocations.h"
#include "lib/gate.h"
#include "net/tcp_transport.h"

namespace gatehouse::proxy {
namespace {

using test::Gate;

// An idle client is a Connection and its transport, and nothing else.
static_assert(sizeof(Connection) + sizeof(net::TcpTransport) <= 448);
static_assert(sizeof(Connection) <= 240);
static_assert(sizeof(upstream::Connection) <= 1024);
static_assert(sizeof(ExchangeFlow) <= 4096, "16 of them in a block of the slab");

const std::string kRequest =
    "POST /a/path?with=query HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: curl/8\r\nAccept: */*\r\n"
    "Cookie: a=b; c=d\r\nContent-Length: 5\r\n\r\nhello";
const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nworld";

class Requests : public ::testing::Test {
 protected:
  // Allocations of `n` of them on kept connections.  The test's own are made before.
  std::uint64_t allocated_by(int n) {
    if (client_ == nullptr) {
      client_ = gate_.connects();
      client_->sends(kRequest);
      target_ = gate_.target();
      gate_.settle();
      answer();
    }
    const std::uint64_t before = test::allocations();
    for (int i = 0; i < n; ++i) {
      client_->sends(kRequest);
      while (gate_.turn()) {
      }
      answer();
    }
    return test::allocations() - before;
  }
  void answer() {
    target_->forgets(target_->inbox().size());
    target_->sends(kAnswer);
    while (gate_.turn()) {
    }
    EXPECT_TRUE(client_->inbox().ends_with("world"));
    client_->forgets(client_->inbox().size());
  }

  Gate gate_{test::kForward + "limits: {requests_per_connection: 0}\n"};
  std::shared_ptr<test::FarEnd> client_;
  std::shared_ptr<test::FarEnd> target_;
};

TEST_F(Requests, allocate_nothing_after_warm_up) {
  allocated_by(50);
  EXPECT_EQ(allocated_by(1000), 0u);
  EXPECT_EQ(gate_.metrics().requests.value(), 1051u);
  EXPECT_EQ(gate_.net().attempts, 1u);
}

TEST(AnIdleConnection, holds_no_buffer) {
  Gate gate(test::file_of("default: {action: {respond: {status: 204}}}\n"));
  std::vector<std::shared_ptr<test::FarEnd>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(gate.connects());
    clients.back()->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  gate.settle();
  EXPECT_EQ(gate.metrics().connections_open.value(), 100);
  EXPECT_EQ(gate.worker().io().buffers.lent_bytes(), 0u);
}

TEST(AnIdleConnection, takes_less_than_half_a_kibibyte_with_its_transport) {
  Gate gate(test::file_of("default: {action: {respond: {status: 204}}}\n"));
  // Sockets in place of memory: descriptors that nothing ever happens on.
  const auto connect = [&](int n) {
    const std::uint64_t before = test::allocated_bytes();
    for (int i = 0; i < n; ++i) {
      gate.worker().connect(0, {}, [&](net::TransportUser& user) {
        return std::make_unique<net::TcpTransport>(gate.worker().loop(), ::eventfd(0, 0), user);
      });
    }
    return (test::allocated_bytes() - before) / static_cast<std::uint64_t>(n);
  };
  connect(100);
  EXPECT_LE(connect(800), 512u);
}

}  // namespace
}  // namespace gatehouse::proxy

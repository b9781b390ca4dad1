// Borrows a connection from a group and uses it for one request.
#pragma once

#include <array>
#include <string>

#include "lib/memory_net.h"
#include "upstream/group.h"

namespace gatehouse::test {

// Thread: the test's.
class Borrower final : public upstream::Lessee, public upstream::StreamEvents {
 public:
  explicit Borrower(upstream::Group& group) : group_(group) {
    request_.method_text = "GET";
    request_.method = http::Method::get;
  }
  ~Borrower() override {
    if (connection != nullptr) connection->release();
  }

  upstream::Lent asks(const upstream::Target* avoid = nullptr) {
    upstream::Lent lent = group_.lend(*this, avoid, Millis(3000));
    if (lent.connection != nullptr) on_lent(*lent.connection);
    if (lent.reason != Reason::none) reason = lent.reason;
    return lent;
  }
  void gives_up() { withdraw(); }
  void sends() {
    http::OutgoingRequest out;
    out.head = &request_;
    out.path = "/";
    connection->send_request(out, {}, true);
  }
  // The answer is there: the connection goes back, fit or not.
  void gives_back() { std::exchange(connection, nullptr)->release(); }

  upstream::Connection* connection = nullptr;
  upstream::Target* target = nullptr;  // lent, or tried in vain
  Reason reason = Reason::none;
  unsigned status = 0;
  bool whole = false;

  void on_lent(upstream::Connection& lent) override {
    connection = &lent;
    target = &lent.target();
    lent.lend(*this, arena_, limits_);
  }
  void on_not_lent(Reason why, upstream::Target* tried) override {
    reason = why;
    target = tried;
  }
  void on_informational(const http::ResponseHead&) override {}
  void on_response_head(http::ResponseHead& head) override {
    status = head.status;
    connection->pull(net::Credit::some(false));
  }
  void on_response_body(net::Segment) override {}
  void on_response_end(std::span<const http::Field>) override { whole = true; }
  void on_response_pause() override {}
  void on_upstream_room() override {}
  void on_response_failed(Reason why) override { reason = why; }

 private:
  upstream::Group& group_;
  std::array<std::byte, 1024> block_{};
  Arena arena_{block_.data(), block_.size()};
  upstream::StreamLimits limits_;
  http::RequestHead request_;
};

}  // namespace gatehouse::test

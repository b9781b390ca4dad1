// One request of the gateway's own to a target group.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "event/loop.h"
#include "upstream/group.h"
#include "upstream/stream.h"

namespace gatehouse::client {

struct FetchRequest {
  std::string method = "GET";
  std::string path = "/";  // with its query
  std::string host;
  std::string body;
  // Those that belong to a connection, or that the codec writes itself, are left out.
  std::vector<std::pair<std::string, std::string>> fields;
  Millis timeout{2000};
  std::uint64_t most_bytes = 1U << 20;  // of the answer's body
};

struct FetchAnswer {
  Reason reason = Reason::none;  // why there is no answer
  std::uint16_t status = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

// Destroying it gives it up.  It is sent once: nothing is tried again.
// Thread: its worker's.  Cost: some allocations; it is no part of an ordinary exchange.
class Fetch final : private upstream::StreamEvents,
                    private upstream::Lessee,
                    private event::Deferred,
                    private event::Timer {
 public:
  using Done = void (*)(void* user, FetchAnswer& answer);
  // `done` is called at the end of a turn, once.  Errors: those of a pool and a target,
  // answer_too_large, step_timeout; bad_target and bad_host of what cannot be sent.
  Fetch(event::Loop& loop, upstream::Group* group, const upstream::StreamLimits& limits,
        Millis connect, FetchRequest request, Done done, void* user);
  ~Fetch() override;

 private:
  void on_lent(upstream::Connection& connection) override;
  void on_not_lent(Reason reason, upstream::Target* tried) override;
  void on_informational(const http::ResponseHead&) override {}
  void on_response_head(http::ResponseHead& head) override;
  void on_response_body(net::Segment segment) override;
  void on_response_end(std::span<const http::Field> trailers) override;
  void on_response_pause() override {}
  void on_upstream_room() override {}
  void on_response_failed(Reason reason) override;
  void run_deferred() override;
  void finish(Reason reason);
  void send();

  event::Loop& loop_;
  upstream::StreamLimits limits_;
  FetchRequest request_;
  Done done_;
  void* user_;
  Arena arena_{nullptr, 0};
  http::RequestHead head_;
  upstream::Stream* stream_ = nullptr;
  FetchAnswer answer_;
  bool over_ = false;
};

}  // namespace gatehouse::client

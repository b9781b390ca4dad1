// Connections in memory: no socket, no port, and nothing moves but by `step`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/connector.h"

namespace gatehouse::rehearsal {

// Who is at the other end of a connection of the gateway.
class FarEnd {
 public:
  virtual ~FarEnd() = default;
  // `in`: what came and was not taken; `ended`: no more will.  What it appends to `out` the gateway
  // reads.
  virtual void on_bytes(std::string& in, bool ended, std::string& out) = 0;
};

// Both directions of a connection.
struct Wire {
  std::string to_gateway;
  std::string to_far;
  bool far_ended = false;      // the gateway reads the end behind what came
  bool gateway_ended = false;  // it sends no more
  std::shared_ptr<FarEnd> far;
};

class MemoryTransport;

// Thread: its owner's.  Outlives the transports that it made.
class MemoryNet final : public net::Connector {
 public:
  // Who answers at an address; null: nobody does, and the connection is refused.
  using Answers = std::function<std::shared_ptr<FarEnd>(const net::Address&)>;
  explicit MemoryNet(Answers answers) : answers_(std::move(answers)) {}

  Result<std::unique_ptr<net::Transport>> connect(event::Loop& loop, const net::Address& address,
                                                  net::TransportUser& user) override;
  // The gateway's end of a connection that somebody else opens.
  [[nodiscard]] std::unique_ptr<net::Transport> accept(std::shared_ptr<Wire> wire,
                                                       net::TransportUser& user);
  // Tells everybody what there is to read, and who may write, once.  False: nothing moved.
  bool step();

 private:
  friend class MemoryTransport;
  Answers answers_;
  std::vector<MemoryTransport*> transports_;
};

}  // namespace gatehouse::rehearsal

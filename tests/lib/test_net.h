// Where a test's connections run: in memory, or over sockets, in between as restless as the test
// wants.
#pragma once

#include <cerrno>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/far_end.h"
#include "net/connector.h"

namespace gatehouse::test {

// What a target does with a connection that the gateway opens to it.
enum class Greeting : std::uint8_t {
  accepts,
  refuses,
  never_answers,
  fails_at_once,
  no_descriptor
};

// A connection that the gateway opened.
struct Opened {
  std::string address;
  std::shared_ptr<FarEnd> far;
};

// The gateway connects through it.  Thread: the test's.
class TestNet : public net::Connector {
 public:
  using Make = std::function<std::unique_ptr<net::Transport>(net::TransportUser&)>;
  struct Client {
    Make make;  // the gateway's end
    std::shared_ptr<FarEnd> far;
  };
  virtual Client connect_client(event::Loop& loop) = 0;
  // Tells users of transports what they can do, once each.  False: nobody could do anything, as far
  // as this can tell.
  virtual bool step() = 0;
  // True if only `step` makes anything move, so that nothing comes after a step in which nothing
  // did.
  [[nodiscard]] virtual bool closed_world() const = 0;

  // By the target's address.
  std::function<Greeting(const std::string&)> greets = [](const std::string&) {
    return Greeting::accepts;
  };
  std::deque<Opened> opened;  // in order, not yet looked at by the test
  std::size_t attempts = 0;

  bool pump() {
    bool moved = false;
    for (auto& far : far_ends_) moved = far->pump() || moved;
    return moved;
  }

 protected:
  std::vector<std::shared_ptr<FarEnd>> far_ends_;
};

}  // namespace gatehouse::test

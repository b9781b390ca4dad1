// Connections in memory, whose readiness the test decides.
#pragma once

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "event/loop.h"
#include "lib/test_net.h"

namespace gatehouse::test {

class MemoryNet;

// Both directions of one connection.
struct MemoryWire {
  struct Way {
    std::string bytes;
    bool ended = false;  // no more comes
    bool reset = false;
    std::size_t window = SIZE_MAX;  // bytes under way before a write blocks
  };
  Way to_gateway;
  Way to_far;
  [[nodiscard]] bool to_gateway_waits() const {
    return !to_gateway.bytes.empty() || to_gateway.ended || to_gateway.reset;
  }
  bool far_closed = false;
  bool acknowledges = true;  // what the gateway sends reaches the other machine
  std::int64_t acknowledged = 0;
};

// The gateway's end.  Like TCP: what is sent to a peer that has closed is taken and lost.
class MemoryTransport final : public net::Transport {
 public:
  MemoryTransport(MemoryNet& net, std::shared_ptr<MemoryWire> wire, net::TransportUser& user,
                  Greeting greeting);
  ~MemoryTransport() override { close(false); }

  net::IoResult read(char* to, std::size_t size) override {
    auto& way = wire_->to_gateway;
    if (way.reset) return {net::Io::reset, 0};
    if (way.bytes.empty()) return {way.ended ? net::Io::eof : net::Io::would_block, 0};
    const std::size_t n = std::min(size, way.bytes.size());
    std::copy_n(way.bytes.begin(), n, to);
    way.bytes.erase(0, n);
    return {net::Io::ok, n};
  }
  net::IoResult write(std::string_view bytes) override {
    auto& way = wire_->to_far;
    if (way.reset) return {net::Io::reset, 0};
    if (wire_->far_closed) return {net::Io::ok, bytes.size()};
    const std::size_t room = way.window - std::min(way.window, way.bytes.size());
    const std::size_t n = std::min(bytes.size(), room);
    if (n == 0) return {net::Io::would_block, 0};
    way.bytes.append(bytes.substr(0, n));
    if (wire_->acknowledges) wire_->acknowledged += static_cast<std::int64_t>(n);
    return {net::Io::ok, n};
  }
  net::IoResult write(std::span<const std::string_view> pieces) override {
    std::size_t sum = 0;
    for (auto piece : pieces) {
      if (piece.empty()) continue;
      const net::IoResult result = write(piece);
      if (result.status != net::Io::ok) return sum != 0 ? net::IoResult{net::Io::ok, sum} : result;
      sum += result.bytes;
      if (result.bytes != piece.size()) break;
    }
    return {net::Io::ok, sum};
  }
  void want(bool read, bool write) override {
    read_ = read;
    write_ = write;
  }
  void set_user(net::TransportUser& user) override { user_ = &user; }
  [[nodiscard]] bool pending() const override { return announced_ && wire_->to_gateway_waits(); }
  [[nodiscard]] int splice_fd() const override { return -1; }
  [[nodiscard]] std::int64_t acknowledged() const override { return wire_->acknowledged; }
  [[nodiscard]] int connect_error() const override {
    return greeting_ == Greeting::refuses ? ECONNREFUSED : 0;
  }
  void shutdown_write() override { wire_->to_far.ended = true; }
  void close(bool reset) override;

 private:
  friend class MemoryNet;
  [[nodiscard]] bool readable() const {
    return read_ && greeting_ != Greeting::never_answers && wire_->to_gateway_waits();
  }
  [[nodiscard]] bool writable() const {
    if (!write_ || greeting_ == Greeting::never_answers) return false;
    const auto& way = wire_->to_far;
    return way.reset || wire_->far_closed || way.bytes.size() < way.window;
  }

  MemoryNet& net_;
  std::shared_ptr<MemoryWire> wire_;
  net::TransportUser* user_;
  Greeting greeting_;
  bool read_ = true;
  bool write_ = false;
  bool announced_ = false;  // found ready in this step, not told yet
};

class MemoryFarEnd final : public FarEnd {
 public:
  explicit MemoryFarEnd(std::shared_ptr<MemoryWire> wire) : wire_(std::move(wire)) {}

  void sends(std::string_view bytes) override { wire_->to_gateway.bytes.append(bytes); }
  void ends() override { wire_->to_gateway.ended = true; }
  void closes() override { wire_->to_gateway.ended = wire_->far_closed = true; }
  void resets() override {
    wire_->to_gateway.reset = wire_->to_far.reset = wire_->far_closed = true;
    wire_->to_far.bytes.clear();
  }
  bool pump() override {
    auto& way = wire_->to_far;
    if (!reads_ || wire_->far_closed) return false;
    const bool moved = !way.bytes.empty() || (way.ended && !saw_end_) || (way.reset && !saw_reset_);
    inbox_.append(way.bytes);
    way.bytes.clear();
    saw_end_ = way.ended;
    saw_reset_ = way.reset;
    return moved;
  }
  // How much the gateway can send before its writes block.
  void holds(std::size_t bytes) { wire_->to_far.window = bytes; }
  // The machine is off: what the gateway sends is never acknowledged.
  void acknowledges_nothing() { wire_->acknowledges = false; }
  [[nodiscard]] const MemoryWire& wire() const { return *wire_; }

 private:
  std::shared_ptr<MemoryWire> wire_;
};

class MemoryNet final : public TestNet {
 public:
  // With a seed users are told in random order, else in the order of their connections.
  explicit MemoryNet(std::uint64_t seed = 0) : random_(seed), shuffles_(seed != 0) {}

  Client connect_client(event::Loop&) override {
    auto wire = std::make_shared<MemoryWire>();
    auto far = std::make_shared<MemoryFarEnd>(wire);
    far_ends_.push_back(far);
    return {[this, wire](net::TransportUser& user) {
              return std::make_unique<MemoryTransport>(*this, wire, user, Greeting::accepts);
            },
            far};
  }
  Result<std::unique_ptr<net::Transport>> connect(event::Loop&, const net::Address& address,
                                                  net::TransportUser& user) override {
    ++attempts;
    const Greeting greeting = greets(address.text());
    if (greeting == Greeting::fails_at_once) return fail("connect", ENETUNREACH);
    if (greeting == Greeting::no_descriptor) return fail("socket", EMFILE);
    auto wire = std::make_shared<MemoryWire>();
    auto transport = std::make_unique<MemoryTransport>(*this, wire, user, greeting);
    transport->want(false, true);
    if (greeting == Greeting::accepts) {
      opened.push_back({address.text(), std::make_shared<MemoryFarEnd>(wire)});
      far_ends_.push_back(opened.back().far);
    }
    return transport;
  }
  bool step() override;
  [[nodiscard]] bool closed_world() const override { return true; }

 private:
  friend class MemoryTransport;
  void tell(MemoryTransport& transport);

  Random random_;
  bool shuffles_;
  std::vector<MemoryTransport*> transports_;
  std::vector<MemoryTransport*> ready_;
};

inline MemoryTransport::MemoryTransport(MemoryNet& net, std::shared_ptr<MemoryWire> wire,
                                        net::TransportUser& user, Greeting greeting)
    : net_(net), wire_(std::move(wire)), user_(&user), greeting_(greeting) {
  net_.transports_.push_back(this);
}

inline void MemoryTransport::close(bool reset) {
  if (user_ == nullptr) return;
  user_ = nullptr;
  wire_->to_far.ended = !reset;
  wire_->to_far.reset = reset;
  std::erase(net_.transports_, this);
  std::replace(net_.ready_.begin(), net_.ready_.end(), this,
               static_cast<MemoryTransport*>(nullptr));
}

// As epoll does: first it is found out who is ready, then they are told one after the other.
inline bool MemoryNet::step() {
  ready_.clear();
  for (MemoryTransport* transport : transports_) {
    transport->announced_ = transport->readable() || transport->writable();
    if (transport->announced_) ready_.push_back(transport);
  }
  for (std::size_t i = ready_.size(); shuffles_ && i > 1; --i) {
    std::swap(ready_[i - 1], ready_[random_.below(i)]);
  }
  const bool any = !ready_.empty();
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    if (ready_[i] != nullptr) tell(*ready_[i]);
  }
  return any;
}

inline void MemoryNet::tell(MemoryTransport& transport) {
  transport.announced_ = false;
  net::TransportUser& user = *transport.user_;
  try {
    if (transport.writable()) {
      user.on_writable();
    } else if (transport.readable()) {
      user.on_readable();
    }
  } catch (...) {
    user.on_exception();
  }
}

}  // namespace gatehouse::test

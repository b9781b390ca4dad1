#include "rehearsal/memory_net.h"

#include <algorithm>
#include <cerrno>

namespace gatehouse::rehearsal {

// The gateway's end.
class MemoryTransport final : public net::Transport {
 public:
  MemoryTransport(MemoryNet& net, std::shared_ptr<Wire> wire, net::TransportUser& user)
      : net_(net), wire_(std::move(wire)), user_(&user) {
    net_.transports_.push_back(this);
  }
  MemoryTransport(const MemoryTransport&) = delete;
  MemoryTransport& operator=(const MemoryTransport&) = delete;
  ~MemoryTransport() override { MemoryTransport::close(false); }

  net::IoResult read(char* to, std::size_t size) override {
    std::string& bytes = wire_->to_gateway;
    if (bytes.empty()) return {wire_->far_ended ? net::Io::eof : net::Io::would_block, 0};
    const std::size_t count = std::min(size, bytes.size());
    std::copy_n(bytes.begin(), count, to);
    bytes.erase(0, count);
    return {net::Io::ok, count};
  }
  net::IoResult write(std::string_view bytes) override {
    wire_->to_far += bytes;
    return {net::Io::ok, bytes.size()};
  }
  net::IoResult write(std::span<const std::string_view> pieces) override {
    std::size_t sum = 0;
    for (const auto piece : pieces) sum += write(piece).bytes;
    return {net::Io::ok, sum};
  }
  void want(bool read, bool write) override {
    read_ = read;
    write_ = write;
  }
  void set_user(net::TransportUser& user) override { user_ = &user; }
  [[nodiscard]] bool pending() const override { return false; }
  [[nodiscard]] int splice_fd() const override { return -1; }
  [[nodiscard]] std::int64_t acknowledged() const override { return -1; }
  [[nodiscard]] int connect_error() const override {
    return wire_->far == nullptr ? ECONNREFUSED : 0;
  }
  void shutdown_write() override { wire_->gateway_ended = true; }
  void close(bool) override {
    if (user_ == nullptr) return;
    user_ = nullptr;
    wire_->gateway_ended = true;
    deliver();
    std::replace(net_.transports_.begin(), net_.transports_.end(), this,
                 static_cast<MemoryTransport*>(nullptr));
  }

  // What the gateway sent reaches the other end, which may answer.  False: nothing moved.
  bool deliver() {
    if (wire_->far == nullptr || (wire_->to_far.empty() && wire_->gateway_ended == told_end_))
      return false;
    const std::size_t before = wire_->to_far.size() + wire_->to_gateway.size();
    told_end_ = wire_->gateway_ended;
    wire_->far->on_bytes(wire_->to_far, wire_->gateway_ended, wire_->to_gateway);
    return before != wire_->to_far.size() + wire_->to_gateway.size();
  }
  // Tells the user of this transport, which may close it.  False: there is nothing to tell.
  bool tell() {
    net::TransportUser& user = *user_;
    const bool writable = write_;
    if (!writable && !(read_ && (!wire_->to_gateway.empty() || wire_->far_ended))) return false;
    try {
      writable ? user.on_writable() : user.on_readable();
    } catch (...) {
      user.on_exception();
    }
    return true;
  }

 private:
  MemoryNet& net_;
  std::shared_ptr<Wire> wire_;
  net::TransportUser* user_;  // null: closed
  bool read_ = true;
  bool write_ = false;
  bool told_end_ = false;
};

Result<std::unique_ptr<net::Transport>> MemoryNet::connect(event::Loop&,
                                                           const net::Address& address,
                                                           net::TransportUser& user) {
  auto wire = std::make_shared<Wire>();
  wire->far = answers_(address);
  auto transport = accept(std::move(wire), user);
  transport->want(false, true);  // it tells how the attempt ended
  return transport;
}

std::unique_ptr<net::Transport> MemoryNet::accept(std::shared_ptr<Wire> wire,
                                                  net::TransportUser& user) {
  return std::make_unique<MemoryTransport>(*this, std::move(wire), user);
}

bool MemoryNet::step() {
  bool moved = false;
  // Those that are opened meanwhile are told in the next step; those closed are null.
  const std::size_t count = transports_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (transports_[i] != nullptr) moved = transports_[i]->deliver() || moved;
    if (transports_[i] != nullptr) moved = transports_[i]->tell() || moved;
  }
  std::erase(transports_, nullptr);
  return moved;
}

}  // namespace gatehouse::rehearsal

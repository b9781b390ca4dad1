// One HTTP/1.1 connection of a client: requests in, one after another, each handed to an exchange.
#pragma once

#include <cstdint>
#include <memory>

#include "base/buffer.h"
#include "base/list.h"
#include "event/loop.h"
#include "event/timer.h"
#include "exchange/downstream.h"
#include "http/h1/request.h"
#include "net/address.h"
#include "net/io_context.h"
#include "upstream/h1_input.h"
#include "upstream/h1_output.h"
#include "upstream/stream_limits.h"

namespace gatehouse::snapshot {
struct ListenerView;
}

namespace gatehouse::proxy {

class Worker;
class ExchangeFlow;
class Connection;

// What a connection needs only while a request is under way, so that an idle one is small.
struct Active final : net::Batched {
  explicit Active(Connection& of) : connection(of), output(*this) {}
  void send_batched() override;
  void on_exception() noexcept override;

  Connection& connection;
  Buffer in;  // the head under way, and what was read behind it
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  upstream::H1Output output;
  upstream::H1Input input;
  http::h1::HeadScan scan;
  net::Pipe* pipe = nullptr;
  net::Credit credit;
  std::uint64_t head_size = 0;
  std::uint64_t sent_before = 0;

  // Read, but not used up.
  [[nodiscard]] std::string_view ahead() const { return {in.data() + begin, end - begin}; }
  [[nodiscard]] bool has_ahead() const { return begin != end; }
  [[nodiscard]] bool full() const { return in && end == in.capacity(); }
};

// Thread: its worker's, which owns it.  Idle it holds no buffer and no exchange.
class Connection final : public exchange::Downstream,
                         public ListLink<Connection>,
                         private net::TransportUser,
                         private event::Deferred,
                         private event::Timer {
 public:
  Connection(Worker& worker, std::uint32_t listener_slot, const net::IpAddress& peer);
  ~Connection();
  // Takes over a transport whose user is this connection.
  void start(std::unique_ptr<net::Transport> transport);
  [[nodiscard]] net::TransportUser& user() { return *this; }
  // It counts among its listener's connections, and those of its address.
  void admitted(bool by_address) {
    admitted_ = true;
    by_address_ = by_address;
  }
  [[nodiscard]] bool is_admitted() const { return admitted_; }
  [[nodiscard]] bool is_counted_by_address() const { return by_address_; }

  // The gateway shuts down: an idle connection closes, a busy one after its exchange.
  void drain();
  // Ends it whatever it does.
  void abort();

  void send_head(const http::OutgoingResponse& response) override;
  void send_interim(const http::OutgoingResponse& response) override;
  void send_body(net::Segment segment) override { active_->output.body(io_, *transport_, segment); }
  void send_end(std::span<const http::Field> trailers) override;
  bool flush() override;
  void pull(net::Credit credit) override;
  void discard_body() override;
  [[nodiscard]] std::string_view request_bytes() const override {
    return {active_->in.data(), active_->in ? active_->end : 0};
  }
  void finish(exchange::Ending ending) override;
  void open_tunnel() override;
  [[nodiscard]] bool takes_pipes() const override { return transport_->splice_fd() >= 0; }
  [[nodiscard]] std::uint64_t received() const override {
    return active_->head_size + active_->input.received();
  }
  [[nodiscard]] std::uint64_t sent() const override {
    return active_->output.sent() - active_->sent_before;
  }

  [[nodiscard]] std::uint32_t listener_slot() const { return listener_slot_; }
  [[nodiscard]] const net::IpAddress& peer() const { return peer_; }
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] std::uint32_t requests() const { return requests_; }

 private:
  friend struct Active;
  enum class State : std::uint8_t { idle, head, exchange, flushing, discarding, lingering, closed };

  void on_readable() override;
  void on_writable() override;
  void send_batched();
  void on_exception() noexcept override;
  void run_deferred() override;
  static void on_timer(event::Timer& timer);

  void read_head();
  void parse();
  void begin();
  void refuse(Reason reason);
  void read_ahead();
  void read_body();
  bool splice();
  void take_body(std::string_view bytes);
  void take_ahead();
  bool hand_over(std::string_view bytes, std::size_t& used);
  bool skip_body(std::string_view& bytes);
  void skip_rest();
  void end_of_stream(net::Io status);
  void fail(Reason reason);
  void settle();
  void settle_if_sent();
  void next_request();
  void linger();
  [[nodiscard]] Millis longest_linger() const;
  void drain_input();
  void close(bool reset);
  void on_write_failed();
  void keep(std::string_view bytes);
  void reset_active();
  void update();
  void arm_body_timer();
  [[nodiscard]] const upstream::StreamLimits& limits() const;

  Worker& worker_;
  net::IoContext& io_;
  std::unique_ptr<net::Transport> transport_;
  ExchangeFlow* exchange_ = nullptr;
  Active* active_ = nullptr;  // null while idle
  std::uint64_t id_ = 0;
  std::uint32_t listener_slot_;
  std::uint32_t requests_ = 0;
  std::uint32_t lingered_ = 0;
  net::IpAddress peer_;
  State state_ = State::idle;
  bool keep_alive_ = true;
  bool client_closes_ = false;  // it asked for the end of the connection, so it sends nothing more
  bool expects_continue_ = false;
  bool discards_ = false;     // what is left of the body is not wanted
  bool until_close_ = false;  // the answer ends with the connection
  bool half_closed_ = false;
  bool tunnel_ = false;
  bool draining_ = false;
  bool broken_ = false;
  bool handing_over_ =
      false;  // bytes of a body: what ends the exchange meanwhile waits for the end
  bool admitted_ = false;
  bool by_address_ = false;
};

}  // namespace gatehouse::proxy

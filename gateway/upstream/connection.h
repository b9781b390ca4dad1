// One HTTP/1.1 connection to a target, as the stream of one exchange after another.
#pragma once

#include <cstdint>
#include <memory>

#include "base/list.h"
#include "event/loop.h"
#include "event/timer.h"
#include "http/h1/response.h"
#include "net/connector.h"
#include "net/io_context.h"
#include "upstream/h1_input.h"
#include "upstream/h1_output.h"
#include "upstream/stream.h"
#include "upstream/stream_limits.h"

namespace gatehouse::upstream {

class Target;

// Thread: its worker's.  Owned by its Target, which destroys it at the end of the turn in which it
// closed. Idle it holds no buffer.
class Connection final : public Stream,
                         public ListLink<Connection>,
                         private net::TransportUser,
                         private net::Batched,
                         private event::Deferred,
                         private event::Timer {
 public:
  Connection(Target& target, net::IoContext& io);
  ~Connection();

  // Starts to connect.  `Target::on_connected` or `on_connect_failed` follows, unless an errno
  // comes back at once.
  [[nodiscard]] int open(net::Connector& connector, const net::Address& address, Millis timeout);
  // Begins to serve an exchange, whose arena keeps what is parsed.
  void lend(StreamEvents& events, Arena& arena, const StreamLimits& limits);
  // Fit to be lent: open, and nothing is waiting that would be taken for an answer.
  [[nodiscard]] bool fit() const;
  void keep_idle(Millis longest);
  void close();
  [[nodiscard]] Target& target() { return target_; }
  // How long the exchange has had it.
  [[nodiscard]] Micros lent_for() const { return io_.loop.now() - lent_at_; }

  void send_request(const http::OutgoingRequest& request, std::string_view body,
                    bool complete) override;
  void send_body(net::Segment segment) override { output_.body(io_, *transport_, segment); }
  void send_end(std::span<const http::Field> trailers) override;
  bool flush() override;
  void pull(net::Credit credit) override;
  void release() override;
  [[nodiscard]] bool reused() const override { return served_ > 1; }
  [[nodiscard]] bool untouched() const override { return untouched_; }
  [[nodiscard]] bool takes_pipes() const override;

 private:
  enum class State : std::uint8_t { connecting, idle, head, body, complete, closed };

  void on_readable() override;
  void on_writable() override;
  void on_exception() noexcept override;
  void send_batched() override;
  void wrote(net::Io status);
  void run_deferred() override;
  static void on_timer(event::Timer& timer);

  void read_into_scratch();
  void read_into_buffer(std::string_view bytes);
  bool splice();
  void on_end_of_stream(net::Io status);
  // Hands on what `bytes` hold; returns how many of them are used up.
  std::size_t take(std::string_view bytes);
  bool take_head(std::string_view bytes, std::size_t& used);
  void take_interim(const http::ResponseHead& head);
  bool take_body(std::string_view bytes, std::size_t& used);
  void keep_rest(std::string_view bytes, std::size_t used);
  void finish();
  void fail(Reason reason);
  void update();
  void update_timer();
  void update_timer_after_reading();

  Target& target_;
  net::IoContext& io_;
  std::unique_ptr<net::Transport> transport_;
  StreamEvents* events_ = nullptr;
  Arena* arena_ = nullptr;
  const StreamLimits* limits_ = nullptr;
  H1Output output_{*this};
  H1Input input_;
  http::h1::HeadScan scan_;
  Buffer held_;  // a head that is not complete, or bytes that nobody takes yet
  std::uint32_t held_begin_ = 0;
  std::uint32_t held_end_ = 0;
  std::uint32_t served_ = 0;
  Instant lent_at_{};
  std::uint64_t sent_before_ = 0;
  std::uint64_t received_ = 0;  // for the exchange under way
  net::Pipe* pipe_ = nullptr;
  net::Credit credit_;
  State state_ = State::connecting;
  std::uint8_t interim_ = 0;
  bool head_request_ = false;
  bool upgrade_ = false;
  bool odd_body_ = false;
  bool keep_alive_ = false;
  bool large_ = false;   // the last answer was
  bool broken_ = false;  // writing failed: an answer may still be there to be read
  bool untouched_ = false;
  bool taking_ = false;  // bytes are being handed on
};

}  // namespace gatehouse::upstream

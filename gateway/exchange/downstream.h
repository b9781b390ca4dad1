// The client's side of an exchange: one request and its answer, whatever protocol carries them.
#pragma once

#include <span>

#include "base/reason.h"
#include "http/outgoing.h"
#include "net/segment.h"

namespace gatehouse::exchange {

// What the exchange is told.  No call is made after `on_client_failed` or `Downstream::finish`.
class DownstreamEvents {
 public:
  virtual void on_request_body(net::Segment segment) = 0;
  virtual void on_request_end(std::span<const http::Field> trailers) = 0;
  // Everything that one read brought has been handed over: time to send it on.
  virtual void on_request_pause() = 0;
  // What was sent is out: there is room for more of the answer's body.
  virtual void on_client_room() = 0;
  // The request is malformed, late, or the client has gone.  `finish` follows from the exchange.
  virtual void on_client_failed(Reason reason) = 0;

 protected:
  ~DownstreamEvents() = default;
};

// How the exchange leaves the stream behind.
enum class Ending : std::uint8_t {
  whole,   // the answer is complete
  broken,  // it is not, and the client must be able to tell
};

// Thread: its worker's.
class Downstream {
 public:
  // Hands over the head of the final answer.  Nothing is sent before `flush`.
  virtual void send_head(const http::OutgoingResponse& response) = 0;
  // A 1xx answer, sent at once; not to a client that would not know it (HTTP/1.0).
  virtual void send_interim(const http::OutgoingResponse& response) = 0;
  virtual void send_body(net::Segment segment) = 0;
  virtual void send_end(std::span<const http::Field> trailers) = 0;
  // False: no room, `on_client_room` will follow.
  virtual bool flush() = 0;
  // How much of the request's body may come now; the first pull answers an expected 100-continue.
  virtual void pull(net::Credit credit) = 0;
  // Nobody wants what is left of the request's body; no more of it is handed over.
  virtual void discard_body() = 0;
  // The bytes that the request's views look at.
  [[nodiscard]] virtual std::string_view request_bytes() const = 0;
  // The exchange is over; the stream calls nothing any more, and `request_bytes` are gone.
  virtual void finish(Ending ending) = 0;
  // From now on both ways carry bytes without framing (after a 101).
  virtual void open_tunnel() = 0;
  [[nodiscard]] virtual bool takes_pipes() const = 0;
  // Bytes that the client has sent and received for this exchange, heads included.
  [[nodiscard]] virtual std::uint64_t received() const = 0;
  [[nodiscard]] virtual std::uint64_t sent() const = 0;

 protected:
  ~Downstream() = default;
};

}  // namespace gatehouse::exchange

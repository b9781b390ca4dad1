// The target's side of an exchange: one request and its answer, whatever protocol carries them.
#pragma once

#include <cstdint>
#include <span>

#include "base/reason.h"
#include "http/outgoing.h"
#include "net/segment.h"

namespace gatehouse::upstream {

// What the exchange is told.  No call is made after `on_response_failed` or `Stream::release`.
class StreamEvents {
 public:
  // 1xx other than 101.  Views are valid during the call.
  virtual void on_informational(const http::ResponseHead& head) = 0;
  // The final head.  Views are valid during the call.
  virtual void on_response_head(http::ResponseHead& head) = 0;
  virtual void on_response_body(net::Segment segment) = 0;
  // The answer is complete; the stream still has to be released.
  virtual void on_response_end(std::span<const http::Field> trailers) = 0;
  // Everything that one read brought has been handed over: time to send it on.
  virtual void on_response_pause() = 0;
  // What was sent is out: there is room for more of the request's body.
  virtual void on_upstream_room() = 0;
  virtual void on_response_failed(Reason reason) = 0;

 protected:
  ~StreamEvents() = default;
};

// Lent by a pool for one exchange.  Thread: its worker's.
class Stream {
 public:
  // Sends the head and `body`, the bytes of it that are there already; `complete`: there will be no
  // others.
  virtual void send_request(const http::OutgoingRequest& request, std::string_view body,
                            bool complete) = 0;
  virtual void send_body(net::Segment segment) = 0;
  virtual void send_end(std::span<const http::Field> trailers) = 0;
  // Sends what was handed over.  False: no room, `on_upstream_room` will follow.
  virtual bool flush() = 0;
  // How much of the answer's body may come now.
  virtual void pull(net::Credit credit) = 0;
  // Gives the stream back.  A connection that is not at a message boundary is closed, never kept.
  virtual void release() = 0;

  [[nodiscard]] virtual bool reused() const = 0;
  // After a failure: true if the target certainly took no byte of this request.
  [[nodiscard]] virtual bool untouched() const = 0;
  // True if body pieces may be handed over as pipes.
  [[nodiscard]] virtual bool takes_pipes() const = 0;

 protected:
  ~Stream() = default;
};

}  // namespace gatehouse::upstream

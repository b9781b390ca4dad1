// The outgoing half of an HTTP/1.1 connection: a head, then a body with its framing, then the end
// of the message.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/field.h"
#include "http/head.h"
#include "net/io_context.h"
#include "net/segment.h"
#include "net/send_batch.h"

namespace gatehouse::upstream {

// Collects what one event produces and sends it with one system call.  Source: RFC 9112 6, 7.1.
// Thread: its worker's.  Owns: what the transport did not take yet.  Nothing is held across turns
// but that.
class H1Output {
 public:
  // `sender`, which must outlive this object, is told when it is time to `push`.
  explicit H1Output(net::Batched& sender) : sender_(sender) {}

  // Starts a message with the head `head`, which must lie in `io.head_room()` or outlive `flush`.
  void begin(net::IoContext& io, net::Transport& transport, std::string_view head,
             http::Framing framing, std::uint64_t length);
  // A piece of the body; must outlive `flush`.  More than the announced length is cut off and
  // reported by `wrong_length`.
  void body(net::IoContext& io, net::Transport& transport, net::Segment segment);
  // The end of the message: the last chunk and `trailers`, if it is chunked.
  void end(net::IoContext& io, net::Transport& transport, std::span<const http::Field> trailers);
  // What follows has no framing: a tunnel.
  void open_ended() {
    framing_ = http::Framing::until_close;
    ended_ = false;
  }
  // Bytes outside of any framing: an interim answer.
  void raw(net::IoContext& io, net::Transport& transport, std::string_view bytes);

  // Sends; a small message at the end of the turn: then the sender is told, and calls `push`.
  // `would_block`: call `resume` when the transport is writable.
  net::Io flush(net::IoContext& io, net::Transport& transport);
  // Sends what waits for the end of the turn.
  net::Io push(net::IoContext& io, net::Transport& transport);
  net::Io resume(net::IoContext& io, net::Transport& transport);

  [[nodiscard]] bool blocked() const { return !out_.empty() || piped_ != 0; }
  [[nodiscard]] bool complete() const { return ended_; }
  // The body is shorter or longer than announced.
  [[nodiscard]] bool wrong_length() const { return overrun_ || (ended_ && left_ != 0); }
  // Something waits for the end of the turn.
  [[nodiscard]] bool batched() const { return !batched_.empty(); }
  // Nothing else waits.
  [[nodiscard]] bool flushed(const net::IoContext& io) const {
    return io.scratch.piece_count == 0 && !blocked();
  }
  // Bytes flushed so far, those included that the transport has not taken yet.
  [[nodiscard]] std::uint64_t sent() const {
    return out_.sent() + out_.waiting() + batched_.size() + spliced_ + piped_;
  }
  // Forgets what was handed over and not flushed: whoever produced it is gone.
  void forget(net::IoContext& io) const;
  // Forgets everything; the connection is broken.
  void drop(net::IoContext& io);

 private:
  void claim(net::IoContext& io) const;
  void add(net::IoContext& io, net::Transport& transport, std::string_view piece);
  net::Io splice(net::IoContext& io, net::Transport& transport);

  net::Batched& sender_;
  net::Outbox out_;
  std::string_view batched_;   // in io.batch
  net::Pipe* pipe_ = nullptr;  // the producer's
  std::size_t piped_ = 0;
  std::uint64_t spliced_ = 0;
  std::uint64_t left_ = 0;  // of an announced length
  http::Framing framing_ = http::Framing::none;
  bool ended_ = false;
  bool overrun_ = false;
};

}  // namespace gatehouse::upstream

// A file as the source of an answer: read as fast as the client takes it, never held in memory.
#pragma once

#include <cstdint>
#include <memory>

#include "event/timer.h"
#include "exchange/file_body.h"
#include "net/io_context.h"
#include "upstream/stream.h"

namespace gatehouse::proxy {

// In the place of a target's stream once the head has gone; `release` deletes it.  A piece is at
// most 256 KiB, and there is one a turn, so that others come in between.  Pieces lie in a pipe
// where nobody looks at the bytes, else in the worker's scratch.
//
// The disk never keeps the worker: a piece whose first and last byte are not in memory (RWF_NOWAIT)
// is read by a helper thread first, to bring it there.  What is evicted in between costs the
// worker that one piece.
// Thread: its worker's.  Owns: the descriptor, a pipe.
class FilePump final : public upstream::Stream, private event::Timer {
 public:
  // `mailbox`: of this worker (event/post_office.h).
  FilePump(net::IoContext& io, std::uint32_t mailbox, exchange::FileBody body,
           upstream::StreamEvents& user);

  void send_request(const http::OutgoingRequest&, std::string_view, bool) override {}
  void send_body(net::Segment) override {}
  void send_end(std::span<const http::Field>) override {}
  bool flush() override { return true; }
  void pull(net::Credit credit) override;
  void release() override;
  [[nodiscard]] bool reused() const override { return false; }
  [[nodiscard]] bool untouched() const override { return false; }
  [[nodiscard]] bool takes_pipes() const override { return false; }

 private:
  struct Line;
  ~FilePump();
  void wake();
  void step();
  [[nodiscard]] bool read(std::size_t size, net::Segment& out);
  [[nodiscard]] bool in_memory(std::size_t size) const;
  void bring(std::size_t size);

  net::IoContext& io_;
  const std::uint32_t mailbox_;
  upstream::StreamEvents& user_;
  std::shared_ptr<Line> line_;  // with messages and helpers that are under way
  std::uint64_t offset_;
  std::uint64_t left_;
  net::Pipe* pipe_ = nullptr;
  net::Credit credit_;
  bool brought_ = false;  // the next piece
  bool woken_ = false;
};

}  // namespace gatehouse::proxy

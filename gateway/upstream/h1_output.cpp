#include "upstream/h1_output.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/h1/writer.h"
#include "net/splice.h"

namespace gatehouse::upstream {

using http::Framing;
using net::Io;

void H1Output::begin(net::IoContext& io, net::Transport& transport, std::string_view head,
                     Framing framing, std::uint64_t length) {
  framing_ = framing;
  left_ = framing == Framing::length ? length : 0;
  ended_ = framing == Framing::none;
  overrun_ = false;
  add(io, transport, head);
}

// One connection at a time gathers in the scratch: pieces of another one that nobody flushed must
// never be sent here.
void H1Output::claim(net::IoContext& io) const {
  if (GH_BUG(io.scratch.piece_count != 0 && io.scratch.owner != this)) io.scratch.forget_pieces();
  io.scratch.owner = this;
}

void H1Output::forget(net::IoContext& io) const {
  if (io.scratch.owner == this) io.scratch.forget_pieces();
}

void H1Output::add(net::IoContext& io, net::Transport& transport, std::string_view piece) {
  const bool gathers = io.scratch.piece_count != 0;
  if (!gathers && !blocked() && io.batch.take(batched_, piece)) {
    // Flushed or not, they leave with this turn: afterwards their place is another's.
    return io.batch.add(sender_);
  }
  claim(io);
  if (io.scratch.piece_count == net::IoScratch::kPieces) static_cast<void>(flush(io, transport));
  io.scratch.pieces[io.scratch.piece_count++] = piece;
}

void H1Output::raw(net::IoContext& io, net::Transport& transport, std::string_view bytes) {
  add(io, transport, bytes);
}

void H1Output::body(net::IoContext& io, net::Transport& transport, net::Segment segment) {
  if (segment.size() == 0 || ended_) {
    overrun_ = overrun_ || segment.size() != 0;
    return;
  }
  if (framing_ == Framing::length) {
    if (segment.size() > left_) {
      overrun_ = true;
      if (segment.pipe != nullptr) return;
      segment.bytes = segment.bytes.substr(0, left_);
    }
    left_ -= segment.size();
  }
  if (segment.pipe != nullptr) {
    pipe_ = segment.pipe;
    net::PipePool::hold(*pipe_);
    piped_ += segment.piped;
    return;
  }
  if (framing_ != Framing::chunked) return add(io, transport, segment.bytes);
  // Two pieces and a header that live in the scratch: make room for all of them first.
  if (io.scratch.piece_count + 3 > net::IoScratch::kPieces) static_cast<void>(flush(io, transport));
  // Headers that the batch has copied are pointed at by nobody.
  if (io.scratch.piece_count == 0) io.scratch.framing_used = 0;
  char* header = io.scratch.framing.data() + io.scratch.framing_used;
  const std::size_t size = http::h1::chunk_header(segment.bytes.size(), header);
  io.scratch.framing_used += size;
  add(io, transport, {header, size});
  add(io, transport, segment.bytes);
  add(io, transport, "\r\n");
}

void H1Output::end(net::IoContext& io, net::Transport& transport,
                   std::span<const http::Field> trailers) {
  if (ended_) return;
  ended_ = true;
  if (framing_ != Framing::chunked) return;
  add(io, transport, trailers.empty() ? "0\r\n\r\n" : "0\r\n");
  if (trailers.empty()) return;
  for (const auto& field : trailers) add(io, transport, field.line());
  add(io, transport, "\r\n");
}

Io H1Output::flush(net::IoContext& io, net::Transport& transport) {
  if (io.scratch.piece_count == 0 && !blocked()) return Io::ok;
  claim(io);
  Io status = Io::ok;
  if (batched() && io.scratch.piece_count < net::IoScratch::kPieces) {
    // What lies in the batch goes out with the rest in one call.
    const std::string_view first = std::exchange(batched_, {});
    auto& pieces = io.scratch.pieces;
    std::copy_backward(pieces.begin(), pieces.begin() + io.scratch.piece_count,
                       pieces.begin() + io.scratch.piece_count + 1);
    pieces[0] = first;
    ++io.scratch.piece_count;
  } else {
    status = push(io, transport);
  }
  if (status == Io::ok || status == Io::would_block) {
    status = out_.send(transport, io.buffers, io.scratch, io.scratch.gathered());
  }
  io.scratch.forget_pieces();
  return status == Io::ok ? splice(io, transport) : status;
}

Io H1Output::push(net::IoContext& io, net::Transport& transport) {
  if (!batched()) return out_.empty() ? Io::ok : Io::would_block;
  const std::string_view bytes = std::exchange(batched_, {});
  return out_.send(transport, io.buffers, io.scratch, {&bytes, 1});
}

Io H1Output::resume(net::IoContext& io, net::Transport& transport) {
  const Io status = out_.resume(transport);
  return status == Io::ok ? splice(io, transport) : status;
}

Io H1Output::splice(net::IoContext& io, net::Transport& transport) {
  while (piped_ != 0) {
    const net::IoResult result = net::splice_out(*pipe_, transport.splice_fd(), piped_);
    if (result.status != Io::ok) return result.status;
    piped_ -= result.bytes;
    spliced_ += result.bytes;
  }
  if (pipe_ != nullptr) io.pipes.let_go(*std::exchange(pipe_, nullptr));
  return Io::ok;
}

void H1Output::drop(net::IoContext& io) {
  forget(io);
  out_.clear();
  batched_ = {};
  if (pipe_ != nullptr) io.pipes.let_go(*std::exchange(pipe_, nullptr));
  piped_ = 0;
  ended_ = true;
}

}  // namespace gatehouse::upstream

#include "proxy/file_pump.h"

#include <linux/magic.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "event/offload.h"
#include "event/post_office.h"
#include "net/splice.h"

namespace gatehouse::proxy {

using net::Io;

namespace {

constexpr std::size_t kPiece = 1 << 18;  // what a pipe holds
constexpr Micros kAgain{5'000};          // until helpers or the mailbox have room again

bool lies_in_memory(int file) {
  struct statfs of {};
  return ::fstatfs(file, &of) == 0 && (of.f_type == TMPFS_MAGIC || of.f_type == RAMFS_MAGIC);
}

bool byte_in_memory(int file, std::uint64_t at) {
  char byte;
  const iovec to{&byte, 1};
  const ssize_t n = ::preadv2(file, &to, 1, static_cast<off_t>(at), RWF_NOWAIT);
  return n >= 0 || (errno == EOPNOTSUPP && lies_in_memory(file));
}

}  // namespace

// What outlives the pump: the descriptor, while a helper reads from it.
struct FilePump::Line {
  Line(FilePump* of, exchange::FileBody body) : pump(of), file(body) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { file.close(); }
  FilePump* pump;  // on the worker's thread only; null: it has gone
  exchange::FileBody file;
};

FilePump::FilePump(net::IoContext& io, std::uint32_t mailbox, exchange::FileBody body,
                   upstream::StreamEvents& user)
    : event::Timer([](event::Timer& timer) { static_cast<FilePump&>(timer).step(); }),
      io_(io),
      mailbox_(mailbox),
      user_(user),
      line_(std::make_shared<Line>(this, body)),
      offset_(body.offset),
      left_(body.size) {}

FilePump::~FilePump() {
  line_->pump = nullptr;
  if (pipe_ != nullptr) io_.pipes.take_back(pipe_);
}

void FilePump::release() { delete this; }

void FilePump::pull(net::Credit credit) {
  credit_ = credit;
  if (credit.bytes != 0) wake();
}

// In another turn: the bytes of the request may lie where a piece is going to be read to.
void FilePump::wake() {
  if (std::exchange(woken_, true)) return;
  const bool posted = event::post_to(mailbox_, [line = line_] {
    if (line->pump != nullptr) line->pump->step();
  });
  if (!posted) io_.loop.timers().arm(*this, kAgain);
}

void FilePump::step() {
  woken_ = false;
  event::Timer::cancel();
  if (credit_.bytes == 0) return;
  if (left_ == 0) return user_.on_response_end({});
  if (pipe_ != nullptr && pipe_->filled() != 0) return;  // the client still empties it
  if (credit_.pipe && pipe_ == nullptr) pipe_ = io_.pipes.lend();
  const std::size_t most = credit_.pipe && pipe_ != nullptr ? kPiece : net::IoScratch::kSize;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, most));
  if (!std::exchange(brought_, false) && !in_memory(size)) return bring(size);
  net::Segment piece;
  if (!read(size, piece)) return user_.on_response_failed(Reason::file_truncated);
  offset_ += piece.size();
  left_ -= piece.size();
  const std::shared_ptr<Line> line = line_;  // the user may let go of this pump
  user_.on_response_body(piece);
  if (line->pump == nullptr) return;
  if (left_ == 0) return user_.on_response_end({});
  user_.on_response_pause();
  if (line->pump != nullptr && credit_.bytes != 0) wake();
}

bool FilePump::read(std::size_t size, net::Segment& out) {
  if (credit_.pipe && pipe_ != nullptr) {
    const net::IoResult result = net::splice_file(line_->file.descriptor, offset_, *pipe_, size);
    out.pipe = pipe_;
    out.piped = result.bytes;
    return result.status == Io::ok;
  }
  const ssize_t n =
      ::pread(line_->file.descriptor, io_.scratch.in, size, static_cast<off_t>(offset_));
  if (n <= 0) return false;
  out.bytes = {io_.scratch.in, static_cast<std::size_t>(n)};
  return true;
}

bool FilePump::in_memory(std::size_t size) const {
  return byte_in_memory(line_->file.descriptor, offset_) &&
         byte_in_memory(line_->file.descriptor, offset_ + size - 1);
}

void FilePump::bring(std::size_t size) {
  woken_ = true;
  const bool taken = event::offload([line = line_, mailbox = mailbox_, at = offset_, size] {
    std::array<char, 65536> bytes;
    for (std::size_t done = 0; done < size;) {
      const ssize_t n =
          ::pread(line->file.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at + done));
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    // Without room for the message the timer looks again.
    static_cast<void>(event::post_to(mailbox, [line] {
      if (line->pump == nullptr) return;
      line->pump->brought_ = true;
      line->pump->step();
    }));
  });
  io_.loop.timers().arm(*this, taken ? 20 * kAgain : kAgain);
}

}  // namespace gatehouse::proxy

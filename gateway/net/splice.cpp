#include "net/splice.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gatehouse::net {
namespace {

constexpr int kWantedCapacity = 1 << 18;
constexpr std::size_t kKept = 16;

void destroy(Pipe* pipe) {
  ::close(pipe->read_end());
  ::close(pipe->write_end());
  delete pipe;
}

IoResult result_of(ssize_t n) {
  if (n > 0) return {Io::ok, static_cast<std::size_t>(n)};
  if (n == 0) return {Io::eof, 0};
  if (errno == EAGAIN || errno == EINTR) return {Io::would_block, 0};
  return {errno == ECONNRESET || errno == EPIPE ? Io::reset : Io::failed, 0};
}

}  // namespace

PipePool::~PipePool() {
  for (Pipe* pipe : idle_) destroy(pipe);
}

Pipe* PipePool::lend() {
  if (!idle_.empty()) {
    Pipe* pipe = idle_.back();
    idle_.pop_back();
    return pipe;
  }
  int ends[2];
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return nullptr;
  int size = ::fcntl(ends[1], F_SETPIPE_SZ, kWantedCapacity);
  if (size < 0) size = ::fcntl(ends[1], F_GETPIPE_SZ);
  return new Pipe(ends[0], ends[1], size > 0 ? static_cast<std::size_t>(size) : 65536);
}

void PipePool::let_go(Pipe& pipe) {
  pipe.held_ = false;
  if (pipe.given_up_) take_back(&pipe);
}

void PipePool::take_back(Pipe* pipe) {
  pipe->given_up_ = pipe->held_;
  if (pipe->held_) return;
  if (pipe->filled() != 0 || idle_.size() >= kKept) return destroy(pipe);
  idle_.push_back(pipe);
}

IoResult splice_in(int from, Pipe& pipe, std::uint64_t most) {
  const std::size_t room = pipe.capacity_ - std::min(pipe.capacity_, pipe.filled_);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(most, room));
  if (size == 0) return {Io::would_block, 0};
  const IoResult result = result_of(
      ::splice(from, nullptr, pipe.write_, nullptr, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
  if (result.status == Io::ok) pipe.filled_ += result.bytes;
  return result;
}

IoResult splice_file(int file, std::uint64_t offset, Pipe& pipe, std::uint64_t most) {
  const std::size_t room = pipe.capacity_ - std::min(pipe.capacity_, pipe.filled_);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(most, room));
  if (size == 0) return {Io::would_block, 0};
  auto at = static_cast<off64_t>(offset);
  const IoResult result =
      result_of(::splice(file, &at, pipe.write_, nullptr, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
  if (result.status == Io::ok) pipe.filled_ += result.bytes;
  return result;
}

IoResult splice_out(Pipe& pipe, int to, std::size_t most) {
  const IoResult result = result_of(
      ::splice(pipe.read_, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
  if (result.status == Io::ok) pipe.filled_ -= result.bytes;
  return result;
}

}  // namespace gatehouse::net

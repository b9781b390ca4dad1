// Moving bytes between sockets without looking at them (Linux splice).
#pragma once

#include <cstdint>
#include <vector>

#include "net/transport.h"

namespace gatehouse::net {

// A kernel pipe, lent by a PipePool.
class Pipe {
 public:
  Pipe(int read_end, int write_end, std::size_t capacity)
      : read_(read_end), write_(write_end), capacity_(capacity) {}
  [[nodiscard]] int read_end() const { return read_; }
  [[nodiscard]] int write_end() const { return write_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t filled() const { return filled_; }

 private:
  friend class PipePool;
  friend IoResult splice_in(int, Pipe&, std::uint64_t);
  friend IoResult splice_file(int, std::uint64_t, Pipe&, std::uint64_t);
  friend IoResult splice_out(Pipe&, int, std::size_t);
  int read_;
  int write_;
  std::size_t capacity_;
  std::size_t filled_ = 0;
  bool held_ = false;      // somebody still empties it
  bool given_up_ = false;  // who filled it is done with it
};

// Thread: its worker's.  Owns: the idle pipes, at most 16; pipes with bytes in them are not kept.
class PipePool {
 public:
  PipePool() = default;
  PipePool(const PipePool&) = delete;
  PipePool& operator=(const PipePool&) = delete;
  ~PipePool();
  // Null: the system gives no pipe (descriptors); the caller copies instead.
  [[nodiscard]] Pipe* lend();
  // From who fills it.  One that is held goes when it is let go.
  void take_back(Pipe* pipe);
  // Who empties it may need longer than who fills it.
  static void hold(Pipe& pipe) { pipe.held_ = true; }
  void let_go(Pipe& pipe);

 private:
  std::vector<Pipe*> idle_;
};

// Up to `most` bytes from a socket into the pipe, and out of it; `would_block` also when the pipe
// is full or empty.
IoResult splice_in(int from, Pipe& pipe, std::uint64_t most);
// The same from a file; waits for the disk if the bytes are not in memory.
IoResult splice_file(int file, std::uint64_t offset, Pipe& pipe, std::uint64_t most);
IoResult splice_out(Pipe& pipe, int to, std::size_t most);

}  // namespace gatehouse::net

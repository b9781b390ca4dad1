// Waiting and being resumed: a step may outlive the exchange that it works for, so it holds a
// ticket, not a pointer.
#pragma once

#include <cstdint>
#include <vector>

#include "exchange/verdict.h"

namespace gatehouse::exchange {

class Exchange;

// Who is resumed.
class Waiting {
 public:
  // Whose memory an answer is copied into.
  [[nodiscard]] virtual Exchange& waiting_exchange() = 0;
  virtual void on_resume(Verdict verdict) = 0;

 protected:
  ~Waiting() = default;
};

// Names one wait of one exchange.  Copying it is free; once the wait has ended it names nothing.
struct Ticket {
  std::uint32_t index = 0;
  std::uint32_t round = 0;
};

// A worker's open waits.  Thread: its worker's; from elsewhere resume by a message to the worker.
class WaitTable {
 public:
  // Opens a wait for `who`.
  [[nodiscard]] Ticket open(Waiting& who);
  // Ends it; a later `resume` with the same ticket does nothing.
  void close(Ticket ticket);
  // Hands `verdict` to who waits.  False: the wait had ended (counted).
  bool resume(Ticket ticket, Verdict verdict);
  // Who waits with it; null: the wait has ended.
  [[nodiscard]] Waiting* find(Ticket ticket) const;
  // A resumption came too late for its wait.
  void count_late() { ++late_; }
  [[nodiscard]] std::size_t open_count() const { return open_; }
  [[nodiscard]] std::uint64_t late() const { return late_; }

 private:
  struct Entry {
    Waiting* who = nullptr;
    std::uint32_t round = 0;
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::size_t open_ = 0;
  std::uint64_t late_ = 0;
};

}  // namespace gatehouse::exchange

#include "exchange/wait.h"

namespace gatehouse::exchange {

Ticket WaitTable::open(Waiting& who) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(entries_.size()));
    entries_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  entries_[index].who = &who;
  ++open_;
  return {index, entries_[index].round};
}

void WaitTable::close(Ticket ticket) {
  if (ticket.index >= entries_.size()) return;
  Entry& entry = entries_[ticket.index];
  if (entry.who == nullptr || entry.round != ticket.round) return;
  entry.who = nullptr;
  ++entry.round;
  free_.push_back(ticket.index);
  --open_;
}

bool WaitTable::resume(Ticket ticket, Verdict verdict) {
  if (ticket.index >= entries_.size() || entries_[ticket.index].round != ticket.round ||
      entries_[ticket.index].who == nullptr) {
    ++late_;
    return false;
  }
  Waiting* who = entries_[ticket.index].who;
  close(ticket);
  who->on_resume(verdict);
  return true;
}

}  // namespace gatehouse::exchange

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

Waiting* WaitTable::find(Ticket ticket) const {
  if (ticket.index >= entries_.size()) return nullptr;
  const Entry& entry = entries_[ticket.index];
  return entry.round == ticket.round ? entry.who : nullptr;
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
  Waiting* who = find(ticket);
  if (who == nullptr) {
    count_late();
    return false;
  }
  close(ticket);
  who->on_resume(verdict);
  return true;
}

}  // namespace gatehouse::exchange

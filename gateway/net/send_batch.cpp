#include "net/send_batch.h"

namespace gatehouse::net {

SendBatch::SendBatch(event::Loop& loop) : loop_(loop), bytes_(new char[kSize]) {}

std::span<char> SendBatch::room() const {
  if (kSize - used_ < kHead) return {};
  return {bytes_.get() + used_, kSize - used_};
}

void SendBatch::add(Batched& sender) {
  if (sender.linked()) return;
  senders_.push_back(sender);
  loop_.defer(*this);
}

void SendBatch::run_deferred() {
  while (Batched* sender = senders_.pop_front()) {
    try {
      sender->send_batched();
    } catch (...) {
      sender->on_exception();
    }
  }
  used_ = 0;
}

}  // namespace gatehouse::net

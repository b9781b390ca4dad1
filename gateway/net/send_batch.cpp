#include "net/send_batch.h"

#include <cstring>

namespace gatehouse::net {

SendBatch::SendBatch(event::Loop& loop) : loop_(loop), bytes_(new char[kSize]) {}

std::span<char> SendBatch::room() const {
  if (kSize - used_ < kHead) return {};
  return {bytes_.get() + used_, kSize - used_};
}

bool SendBatch::take(std::string_view& bytes, std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  char* at = bytes_.get() + used_;
  if (size > kJoin || size > kSize - used_) return false;
  if (!bytes.empty() && bytes.data() + bytes.size() != at) return false;
  bytes = bytes.empty() ? std::string_view(at, size)
                        : std::string_view(bytes.data(), bytes.size() + size);
  for (const auto piece : pieces) {
    if (piece.data() != at && !piece.empty()) std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
  used_ += size;
  return true;
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

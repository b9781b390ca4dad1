#include "net/outbox.h"

#include <cstring>

#include "net/send_batch.h"

namespace gatehouse::net {
namespace {

std::size_t total(std::span<const std::string_view> pieces) {
  std::size_t sum = 0;
  for (auto piece : pieces) sum += piece.size();
  return sum;
}

// Joins the pieces in scratch.out; the first may already lie at its start.
std::string_view join(IoScratch& scratch, std::span<const std::string_view> pieces) {
  std::size_t at = 0;
  for (auto piece : pieces) {
    if (piece.empty()) continue;  // its data may be null
    if (piece.data() != scratch.out + at) std::memcpy(scratch.out + at, piece.data(), piece.size());
    at += piece.size();
  }
  return {scratch.out, at};
}

}  // namespace

Io Outbox::send(Transport& transport, BufferPool& buffers, IoScratch& scratch,
                std::span<const std::string_view> pieces) {
  const std::size_t size = total(pieces);
  if (size == 0) return empty() ? Io::ok : Io::would_block;
  if (!empty()) {
    keep(buffers, pieces, 0);
    return Io::would_block;
  }
  IoResult result;
  if (pieces.size() == 1) {
    result = transport.write(pieces[0]);
  } else if (size <= SendBatch::kJoin) {
    result = transport.write(join(scratch, pieces));
  } else {
    result = transport.write(pieces);
  }
  if (result.status != Io::ok && result.status != Io::would_block) return result.status;
  sent_ += result.bytes;
  if (result.bytes == size) return Io::ok;
  keep(buffers, pieces, result.bytes);
  return Io::would_block;
}

void Outbox::keep(BufferPool& buffers, std::span<const std::string_view> pieces, std::size_t skip) {
  const std::size_t more = total(pieces) - skip;
  if (!rest_ || rest_.capacity() - end_ < more) {
    Buffer larger = buffers.lend(waiting() + more);
    if (rest_) std::memcpy(larger.data(), rest_.data() + begin_, waiting());
    end_ -= begin_;
    begin_ = 0;
    rest_ = std::move(larger);
  }
  for (auto piece : pieces) {
    if (skip >= piece.size()) {
      skip -= piece.size();
      continue;
    }
    piece.remove_prefix(skip);
    skip = 0;
    std::memcpy(rest_.data() + end_, piece.data(), piece.size());
    end_ += static_cast<std::uint32_t>(piece.size());
  }
}

Io Outbox::resume(Transport& transport) {
  while (!empty()) {
    const IoResult result = transport.write({rest_.data() + begin_, waiting()});
    if (result.status != Io::ok) return result.status;
    sent_ += result.bytes;
    begin_ += static_cast<std::uint32_t>(result.bytes);
  }
  clear();
  return Io::ok;
}

void Outbox::clear() {
  begin_ = end_ = 0;
  rest_.reset();
}

}  // namespace gatehouse::net

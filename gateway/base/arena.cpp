#include "base/arena.h"

#include <cstdlib>

namespace gatehouse {

void Arena::reset() noexcept {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    std::free(blocks_);
    blocks_ = next;
  }
  at_ = first_;
  end_ = first_end_;
  heap_bytes_ = 0;
}

void* Arena::allocate_slow(std::size_t size, std::size_t align) {
  constexpr std::size_t kBlock = 4096;
  const std::size_t wanted = sizeof(Block) + align + size;
  const std::size_t total = wanted > kBlock ? wanted : kBlock;
  auto* block = static_cast<Block*>(std::malloc(total));
  if (block == nullptr) throw std::bad_alloc();
  block->next = blocks_;
  blocks_ = block;
  heap_bytes_ += total;
  std::byte* p = aligned(reinterpret_cast<std::byte*>(block + 1), align);
  at_ = p + size;
  end_ = reinterpret_cast<std::byte*>(block) + total;
  return p;
}

}  // namespace gatehouse

#include "base/buffer.h"

#include <cstdlib>
#include <new>

#include "base/sanitize.h"

namespace gatehouse {

BufferPool::~BufferPool() {
  for (char* p : small_) std::free(p);
  for (char* p : large_) std::free(p);
}

Buffer BufferPool::lend(std::size_t size) {
  const std::size_t capacity = size <= kSmall ? kSmall : size <= kLarge ? kLarge : size;
  std::vector<char*>* idle = capacity == kSmall ? &small_ : capacity == kLarge ? &large_ : nullptr;
  char* data = nullptr;
  if (idle != nullptr && !idle->empty()) {
    data = idle->back();
    idle->pop_back();
    unpoison(data, capacity);
  } else {
    data = static_cast<char*>(std::malloc(capacity));
    if (data == nullptr) throw std::bad_alloc();
  }
  lent_ += capacity;
  return Buffer(this, data, capacity);
}

void BufferPool::take_back(char* data, std::size_t capacity) noexcept {
  lent_ -= capacity;
  std::vector<char*>* idle = capacity == kSmall ? &small_ : capacity == kLarge ? &large_ : nullptr;
  if (idle == nullptr || idle->size() >= keep_) {
    std::free(data);
    return;
  }
  poison(data, capacity);
  idle->push_back(data);  // reserved: cannot throw
}

}  // namespace gatehouse

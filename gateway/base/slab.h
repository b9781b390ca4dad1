// Recycles objects of one type: the last one given back is the next one lent, so it is warm in the
// cache.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "base/sanitize.h"

namespace gatehouse {

// Thread: its owner's.  Owns: the memory, which it keeps until it is destroyed (every object must
// be back by then). Cost: no allocation while one is free; grows by `kPerBlock` objects.
template <typename T>
class Slab {
  union Cell {
    Cell* next;
    alignas(T) std::byte bytes[sizeof(T)];
  };
  static constexpr std::size_t kPerBlock = sizeof(T) >= 4096 ? 16 : 65536 / sizeof(T);

 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab() {
    for (Cell* block : blocks_) {
      unpoison(block, kPerBlock * sizeof(Cell));
      std::free(block);
    }
  }

  // Errors: std::bad_alloc.
  template <typename... Args>
  [[nodiscard]] T* make(Args&&... args) {
    if (free_ == nullptr) grow();
    Cell* cell = free_;
    unpoison(cell, sizeof(Cell));
    free_ = cell->next;
    T* object = nullptr;
    try {
      object = new (cell->bytes) T(std::forward<Args>(args)...);
    } catch (...) {
      put(cell);
      throw;
    }
    ++live_;
    return object;
  }

  void destroy(T* object) noexcept {
    object->~T();
    put(reinterpret_cast<Cell*>(object));
    --live_;
  }

  [[nodiscard]] std::size_t live() const noexcept { return live_; }

 private:
  void put(Cell* cell) noexcept {
    cell->next = free_;
    free_ = cell;
    poison(cell, sizeof(Cell));
  }
  void grow() {
    void* memory = std::aligned_alloc(alignof(Cell) < 64 ? 64 : alignof(Cell),
                                      (kPerBlock * sizeof(Cell) + 63) / 64 * 64);
    if (memory == nullptr) throw std::bad_alloc();
    Cell* block = static_cast<Cell*>(memory);
    blocks_.push_back(block);
    for (std::size_t i = kPerBlock; i-- > 0;) put(&block[i]);
  }

  Cell* free_ = nullptr;
  std::size_t live_ = 0;
  std::vector<Cell*> blocks_;
};

}  // namespace gatehouse

// Memory that lives exactly as long as one exchange.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gatehouse {

// Bump allocation from an inline block, then from heap blocks; `reset` forgets everything at once.
// Thread: its exchange's.  Owns: heap blocks.  Cost: a few ns while the inline block lasts.
class Arena {
 public:
  // `inline_block` (may be empty) stays the caller's and must outlive the arena.
  Arena(std::byte* inline_block, std::size_t size) noexcept
      : at_(inline_block), end_(inline_block + size), first_(inline_block), first_end_(end_) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { reset(); }

  // `size` bytes, aligned; never null.  Errors: std::bad_alloc.
  [[nodiscard]] void* allocate(std::size_t size, std::size_t align = alignof(std::max_align_t)) {
    std::byte* p = aligned(at_, align);
    if (p + size > end_ || p < at_) return allocate_slow(size, align);
    at_ = p + size;
    return p;
  }

  // An array of `n` trivially destructible T, not initialised.
  template <typename T>
  [[nodiscard]] T* array(std::size_t n) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(n * sizeof(T), alignof(T)));
  }

  // A T that is never destroyed, so it must not own anything.
  template <typename T, typename... Args>
  [[nodiscard]] T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* p = array<char>(text.size());
    std::memcpy(p, text.data(), text.size());
    return {p, text.size()};
  }

  // Frees the heap blocks and starts again in the inline block.
  void reset() noexcept;
  // Bytes taken from the heap since the last reset.
  [[nodiscard]] std::size_t heap_bytes() const noexcept { return heap_bytes_; }

 private:
  struct Block {
    Block* next;
  };
  static std::byte* aligned(std::byte* p, std::size_t align) noexcept {
    const auto v = reinterpret_cast<std::uintptr_t>(p);
    return p + ((align - v % align) % align);
  }
  void* allocate_slow(std::size_t size, std::size_t align);

  std::byte* at_;
  std::byte* end_;
  std::byte* first_;
  std::byte* first_end_;
  Block* blocks_ = nullptr;
  std::size_t heap_bytes_ = 0;
};

}  // namespace gatehouse

// Memory for bytes on their way: lent for as long as bytes are in it, never while a connection is
// idle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gatehouse {

class BufferPool;

// A lent block of bytes, or nothing.  Goes back to its pool when destroyed.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { reset(); }

  explicit operator bool() const noexcept { return data_ != nullptr; }
  [[nodiscard]] char* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  inline void reset() noexcept;

 private:
  friend class BufferPool;
  Buffer(BufferPool* pool, char* data, std::size_t capacity) noexcept
      : pool_(pool), data_(data), capacity_(static_cast<std::uint32_t>(capacity)) {}
  void swap(Buffer& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
  }

  BufferPool* pool_ = nullptr;
  char* data_ = nullptr;
  std::uint32_t capacity_ = 0;
};

// Lends buffers of two sizes, the last returned first; anything larger comes from the heap and goes
// back there. Thread: its worker's.  Owns: idle buffers, at most `keep` of each size.  Errors:
// std::bad_alloc.
class BufferPool {
 public:
  static constexpr std::size_t kSmall = 4096;
  static constexpr std::size_t kLarge = 65536;

  explicit BufferPool(std::size_t keep = 64) : keep_(keep) {
    small_.reserve(keep);
    large_.reserve(keep);
  }
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  // A buffer of at least `size` bytes.
  [[nodiscard]] Buffer lend(std::size_t size);
  [[nodiscard]] std::size_t lent_bytes() const noexcept { return lent_; }

 private:
  friend class Buffer;
  void take_back(char* data, std::size_t capacity) noexcept;

  const std::size_t keep_;
  std::size_t lent_ = 0;
  std::vector<char*> small_;
  std::vector<char*> large_;
};

inline void Buffer::reset() noexcept {
  if (data_ != nullptr) pool_->take_back(data_, capacity_);
  data_ = nullptr;
}

}  // namespace gatehouse

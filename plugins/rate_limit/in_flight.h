// How many are under way of each key, shared by all workers without a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rate_limit {

// A word of 8 bytes a key: 48 bits of it and 16 of count, changed together; one without a count is
// free.  A key has two buckets of eight words.  The counts of a key are all in one word: whoever
// adds to one looks whether another has the key, too, and takes his own back, so that two that
// begin at once may both begin again, and never more are in than allowed.
// Any thread.  A key is a hash of 64 bits under a secret of the process.
class InFlight {
 public:
  static constexpr std::uint32_t kMost = 60'000;
  // For `keys` that have something under way at once.
  explicit InFlight(std::size_t keys);

  // A place among those that are under way; given up when it is destroyed.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : word_(std::exchange(other.word_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(word_, other.word_);
      return *this;
    }
    ~Place() {
      if (word_ != nullptr) word_->fetch_sub(1);
    }
    explicit operator bool() const { return word_ != nullptr; }

   private:
    friend class InFlight;
    explicit Place(std::atomic<std::uint64_t>* word) : word_(word) {}
    std::atomic<std::uint64_t>* word_ = nullptr;
  };
  struct Entered {
    Place place;                  // none: `most` are in, or there is no room for another key
    std::uint32_t under_way = 0;  // with this one
  };
  [[nodiscard]] Entered enter(std::uint64_t key, std::uint32_t most);

 private:
  static constexpr std::size_t kWays = 8;
  struct alignas(64) Bucket {
    std::atomic<std::uint64_t> words[kWays];
  };
  using Buckets = Bucket* [2];
  // The word that has the key, or a free one of the emptier bucket; null: neither.
  [[nodiscard]] static std::atomic<std::uint64_t>* find(const Buckets& buckets, std::uint64_t tag);
  [[nodiscard]] static bool elsewhere(const Buckets& buckets, std::uint64_t tag,
                                      const std::atomic<std::uint64_t>* here);

  std::vector<Bucket> buckets_;
};

}  // namespace rate_limit

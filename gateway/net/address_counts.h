// How many connections each address has, over all workers.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "net/address.h"

namespace gatehouse::net {

// A fixed table of 65,536 places, each one word: 48 bits of the address's hash, 16 bits of count.
// An address that finds its sixteen places taken is let through uncounted. Thread: any.  Cost: a
// few loads and one compare-and-swap for each connection.
class AddressCounts {
 public:
  AddressCounts();
  // Counts one more; false, and nothing counted: `most` are open already.
  bool enter(const IpAddress& ip, std::uint32_t most);
  void leave(const IpAddress& ip);

 private:
  static constexpr std::size_t kPlaces = 65536;
  static constexpr std::size_t kProbes = 16;
  [[nodiscard]] std::uint64_t key_of(const IpAddress& ip) const;

  std::uint64_t seed_;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  // Pages of it come to be with the first address that needs them.
  std::unique_ptr<std::atomic<std::uint64_t>[], Free> places_;
};

}  // namespace gatehouse::net

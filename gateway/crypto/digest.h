// SHA-256 of many texts, one after another.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace gatehouse::crypto {

using Digest256 = std::array<std::uint8_t, 32>;

// Thread: one at a time.  Owns: a context, made once.  Cost: 0.2 us for 300 bytes.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  // False: the library failed, and `out` is not to be used.
  [[nodiscard]] bool of(std::string_view text, Digest256& out) noexcept;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace gatehouse::crypto

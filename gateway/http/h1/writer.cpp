#include "http/h1/writer.h"

#include <bit>

namespace gatehouse::http::h1 {

std::size_t chunk_header(std::uint64_t size, char* to) noexcept {
  const auto digits = static_cast<std::size_t>((std::bit_width(size) + 3) / 4);
  for (std::size_t i = digits; i-- > 0; size >>= 4) to[i] = "0123456789abcdef"[size & 15];
  to[digits] = '\r';
  to[digits + 1] = '\n';
  return digits + 2;
}

}  // namespace gatehouse::http::h1

// Small pieces of framing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatehouse::http::h1 {

// Writes the header of a chunk of `size` (> 0) bytes into `to`, which has room for 18; returns its
// length.
std::size_t chunk_header(std::uint64_t size, char* to) noexcept;

}  // namespace gatehouse::http::h1

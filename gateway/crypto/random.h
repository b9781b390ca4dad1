// Randomness for keys, from OpenSSL's generator.
#pragma once

#include <cstddef>
#include <string>

namespace gatehouse::crypto {

// `size` bytes that nobody can guess.  Aborts if there are none.
[[nodiscard]] std::string random_bytes(std::size_t size);

}  // namespace gatehouse::crypto

// Why a token is refused; the rows are in token_fault.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gatehouse::crypto::jose {

enum class TokenFault : std::uint8_t {
#define FAULT(word, sentence) word,
#include "crypto/jose/token_fault.def"
#undef FAULT
};

struct TokenFaultRow {
  std::string_view word;
  std::string_view sentence;
};
inline constexpr TokenFaultRow kTokenFaults[] = {
#define FAULT(word, sentence) {#word, sentence},
#include "crypto/jose/token_fault.def"
#undef FAULT
};

[[nodiscard]] constexpr std::string_view word(TokenFault fault) {
  return kTokenFaults[static_cast<std::size_t>(fault)].word;
}
[[nodiscard]] constexpr std::string_view sentence(TokenFault fault) {
  return kTokenFaults[static_cast<std::size_t>(fault)].sentence;
}

}  // namespace gatehouse::crypto::jose

// Why an exchange ended; the rows are in reason.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse {

enum class Reason : std::uint16_t {
#define REASON(word, status, fault, retry, sentence, hint) word,
#include "base/reason.def"
#undef REASON
};

enum class Fault : std::uint8_t { none, client, target, gateway };
enum class Retry : std::uint8_t { never, unsent, reused, idempotent };

// One row of reason.def.  `status` 0: no answer can or needs to be made.
struct ReasonRow {
  std::string_view word;
  std::uint16_t status;
  Fault fault;
  Retry retry;
  std::string_view sentence;
  std::string_view hint;
};

inline constexpr ReasonRow kReasons[] = {
#define REASON(word, status, fault, retry, sentence, hint) \
  {#word, status, Fault::fault, Retry::retry, sentence, hint},
#include "base/reason.def"
#undef REASON
};
inline constexpr std::size_t kReasonCount = sizeof kReasons / sizeof kReasons[0];

[[nodiscard]] constexpr const ReasonRow& row(Reason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}
[[nodiscard]] constexpr std::string_view word(Reason reason) { return row(reason).word; }

}  // namespace gatehouse

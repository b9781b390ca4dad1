// The phases of a policy, and when it is asked for something that the phase has not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::policy {

enum class Phase : std::uint8_t { load, request, response, socket_open, socket_message, log };
inline constexpr std::array<std::string_view, 6> kPhaseWords = {
    "load", "request", "response", "socket_open", "socket_message", "log"};

[[nodiscard]] constexpr std::string_view word(Phase phase) {
  return kPhaseWords[static_cast<std::size_t>(phase)];
}
// The phase that a function of that name in a policy's table is; `load` is none.
[[nodiscard]] constexpr std::optional<Phase> phase_named(std::string_view name) {
  for (std::size_t i = 1; i < kPhaseWords.size(); ++i) {
    if (kPhaseWords[i] == name) return static_cast<Phase>(i);
  }
  return std::nullopt;
}

// Sets of phases.
[[nodiscard]] constexpr std::uint32_t bit(Phase phase) {
  return 1U << static_cast<unsigned>(phase);
}
inline constexpr std::uint32_t kLoading = bit(Phase::load);
inline constexpr std::uint32_t kExchange = bit(Phase::request) | bit(Phase::response) |
                                           bit(Phase::socket_open) | bit(Phase::socket_message) |
                                           bit(Phase::log);
inline constexpr std::uint32_t kAnswered = bit(Phase::response) | bit(Phase::log);
inline constexpr std::uint32_t kAnywhere = kLoading | kExchange;

}  // namespace gatehouse::policy

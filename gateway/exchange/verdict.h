// What a step of a chain decides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/reason.h"
#include "http/outgoing.h"

namespace gatehouse::exchange {

// `pass`: the next in line.  `answer`: this response ends the request phases (its views must lie in
// the exchange's arena or outlive it).  `suspend`: the step resumes the exchange later, through the
// Resume that it took.
struct [[nodiscard]] Verdict {
  enum class Kind : std::uint8_t { pass, answer, suspend };
  Kind kind = Kind::pass;
  std::uint16_t status = 0;
  Reason reason = Reason::denied;
  std::string_view content_type{};
  std::string_view body{};
  std::span<const http::ExtraField> fields{};
  bool error_page =
      false;          // the gateway's, in the form that the client accepts, in place of `body`
  bool file = false;  // the body is StepSpace::file

  static Verdict pass() { return {}; }
  static Verdict suspend() { return {.kind = Kind::suspend}; }
  static Verdict answer(std::uint16_t status, Reason reason, std::string_view body = {},
                        std::string_view content_type = "text/plain; charset=utf-8") {
    return {.kind = Kind::answer,
            .status = status,
            .reason = reason,
            .content_type = content_type,
            .body = body};
  }
};

}  // namespace gatehouse::exchange

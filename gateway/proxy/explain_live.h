// What became of a request that carries a pass for its explanation (explain_pass.h), in the
// answer's X-Gatehouse-Explain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

// How an exchange was really routed.
struct Routed {
  const snapshot::Snapshot& snapshot;
  const snapshot::ListenerView& listener;
  const snapshot::Rule* rule = nullptr;  // null: none, or it did not come so far
  const snapshot::ForwardTo* to = nullptr;
  std::string_view target;        // that the answer is from, or that was tried last
  std::string_view redirect_url;  // "": none
  unsigned attempts = 0;
};

// One JSON object in ASCII, in the words of `gatehouse explain --json`; `rules` are those in front
// of the one that decided, as many as there is room for.  At most `room` bytes; "" if that is not
// enough for what must be said.
[[nodiscard]] std::string explain_routed(const exchange::Exchange& x, const Routed& routed,
                                         std::size_t room);

// Whether the request's pass is good at `now` (seconds since 1970).
[[nodiscard]] bool may_explain(const exchange::Exchange& x, const snapshot::Snapshot& snapshot,
                               std::int64_t now);

// Server-Timing with what the steps took, in `x.response`.
// Source: https://www.w3.org/TR/server-timing/ 3.
void append_times(exchange::Exchange& x, const exchange::StepTimes& times);

// Adds the field to `x.response` if the request's pass is good at `now` (seconds since 1970).
// Cost: some microseconds, and what it takes to try the rules that are named.
void explain_live(exchange::Exchange& x, const Routed& routed, std::int64_t now);

}  // namespace gatehouse::proxy

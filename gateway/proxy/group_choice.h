// Which of a rule's target groups an exchange goes to: by weight, or where the client went before.
#pragma once

#include "base/random.h"
#include "crypto/seal.h"
#include "exchange/exchange.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

// What the answer tells the client to remember, in the exchange's arena.
struct StickyCookies {
  std::string_view plain;
  std::string_view cors;  // "": not over http
};

struct GroupChoice {
  const snapshot::ForwardTo* to = nullptr;
  const StickyCookies* cookies = nullptr;  // null: nothing to be told
};

// One by weight; for a sticky rule the group of the client's cookie, as long as the rule has it
// with a weight.  The cookie is renewed when half of its time is over.  `action.total_weight` is
// not 0.
[[nodiscard]] GroupChoice choose_group(const snapshot::Forward& action, const crypto::Seal& seal,
                                       Random& random, std::int64_t now_s, bool https,
                                       exchange::Exchange& x);

}  // namespace gatehouse::proxy

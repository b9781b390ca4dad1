// The answer to a request that asks why it went where it went.
#include "proxy/exchange_flow.h"
#include "proxy/explain_live.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

void ExchangeFlow::explain() {
  explain_live(*this,
               {*pin_->snapshot, *listener_, rule_, to_, target_text_, redirect_url_, attempts_},
               worker_.loop().wall_us() / 1'000'000);
  if (space != nullptr && space->times != nullptr) append_times(*this, *space->times);
}

// For a request that may ask.
void ExchangeFlow::time_steps() {
  if (may_explain(*this, *pin_->snapshot, worker_.loop().wall_us() / 1'000'000))
    space->times = arena.make<exchange::StepTimes>();
}

}  // namespace gatehouse::proxy

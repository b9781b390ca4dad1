// What an exchange brings along to a stream.
#pragma once

#include "base/clock.h"
#include "http/h1/scan.h"

namespace gatehouse::upstream {

// The times and sizes that an exchange brings along; from its rule.  Zero times: none.
struct StreamLimits {
  Millis response{};
  Millis body_idle{};
  Millis send_stall{};
  http::h1::HeadLimits head;
};

}  // namespace gatehouse::upstream

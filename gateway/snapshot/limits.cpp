#include "snapshot/limits.h"

namespace gatehouse::snapshot {

ExchangeLimits resolve(const config::Limits& limits, const config::Timeouts& timeouts,
                       Millis queue_wait) {
  ExchangeLimits out;
  out.stream.response = timeouts.response;
  out.stream.body_idle = timeouts.body_idle;
  out.stream.send_stall = timeouts.send_stall;
  out.stream.head = {.request_line = narrow(limits.response_headers),
                     .header = narrow(limits.response_headers),
                     .headers = narrow(limits.response_headers),
                     .header_count = 10'000};
  out.body = limits.body.value;
  out.total = timeouts.total;
  out.connect = timeouts.connect;
  out.queue_wait = queue_wait;
  return out;
}

void add_to(Content& content, const ExchangeLimits& limits) {
  for (Millis time : {limits.stream.response, limits.stream.body_idle, limits.stream.send_stall,
                      limits.total, limits.connect, limits.queue_wait})
    content.add(time);
  content.add(limits.body);
  content.add(std::uint64_t{limits.stream.head.headers});
}

}  // namespace gatehouse::snapshot

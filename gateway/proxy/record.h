// What is left of an exchange when it has ended: one log record and its counters.
#pragma once

#include <cstdint>
#include <string_view>

#include "observe/series.h"

namespace gatehouse::exchange {
class Exchange;
}
namespace gatehouse::snapshot {
struct Rule;
struct ForwardTo;
}  // namespace gatehouse::snapshot

namespace gatehouse::proxy {

class Worker;

// How an exchange went, besides what the Exchange itself says.
struct Ended {
  std::string_view listener;
  const snapshot::Rule* rule = nullptr;
  observe::Slot rule_slot = 0;
  const snapshot::ForwardTo* to = nullptr;
  std::string_view target;  // the last one that was asked; "": none
  std::uint32_t target_slot = 0;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint16_t status = 0;
  std::uint16_t target_status = 0;
  std::uint32_t retries = 0;
  std::string_view redirect_url;
  std::string_view path;
  std::uint64_t connection = 0;
  std::uint32_t nth_request = 0;
  bool tunnel = false;
};

// Counts the exchange and hands its record to the access log, if there is one.  Once per exchange,
// whoever ended it.
void record_exchange(Worker& worker, const exchange::Exchange& x, const Ended& ended);

}  // namespace gatehouse::proxy

#pragma once
#include <cstdint>
#include "base/bytes.h"
#include "base/clock.h"
namespace gatehouse::config {
enum class ForwardedFor : std::uint8_t { append, preserve, remove };
struct Limits {
  Bytes request_line = 8_KiB, header = 16_KiB, headers = 32_KiB;
  std::uint32_t header_count = 100;
  Bytes response_headers = 64_KiB, body = 10_MiB;
  std::uint32_t requests_per_connection = 1000, connections = 0, connections_per_address = 0;
};
struct Timeouts {
  Millis request_header{10000}, body_idle{30000}, keep_alive{60000}, send_stall{30000}, connect{3000}, response{30000}, total{0}, drain{30000}, half_close{1000};
};
struct Spec {};
}

#include "config/section/section.h"

namespace gatehouse::config {

namespace {

// The same keys at every level: whole for the gateway, optional for a listener, a group, a route.
template <typename L>
constexpr Row kLimits[] = {
    field<&L::request_line>("request_line", "longest request line, without its CRLF",
                            {.min = 64, .max = 65536, .example = "8KiB"}),
    field<&L::header>("header", "longest header field line", {.min = 64, .max = 1 << 20}),
    field<&L::headers>("headers", "all header field lines of a request",
                       {.min = 256, .max = 1 << 20, .example = "32KiB"}),
    field<&L::header_count>("header_count", "header fields of a request or response",
                            {.min = 1, .max = 10000, .example = "100"}),
    field<&L::response_headers>("response_headers", "all header field lines of a response",
                                {.min = 256, .max = 1 << 20, .example = "64KiB"}),
    field<&L::body>("body", "body of a request; 0: no limit", {.example = "1MiB"}),
    field<&L::requests_per_connection>(
        "requests_per_connection", "requests on one connection; 0: no limit", {.example = "1000"}),
    field<&L::connections>("connections",
                           "open connections of a listener; 0: bounded by descriptors only",
                           {.example = "20000"}),
    field<&L::connections_per_address>(
        "connections_per_address",
        "open connections of one client address, IPv6 by /64; 0: no limit", {.example = "500"}),
};

template <typename T>
constexpr Row kTimeouts[] = {
    field<&T::request_header>(
        "request_header", "from the first byte of a request to the end of its head", {.min = 1}),
    field<&T::body_idle>("body_idle", "silence in a body, either way, and in a tunnel",
                         {.min = 1, .example = "30s"}),
    field<&T::keep_alive>("keep_alive", "silence between two requests", {.example = "60s"}),
    field<&T::send_stall>("send_stall", "a peer that takes nothing", {.min = 1, .example = "30s"}),
    field<&T::connect>("connect", "opening a connection to a target", {.min = 1, .example = "3s"}),
    field<&T::response>("response", "from the end of the request to the head of the answer",
                        {.min = 1, .example = "30s"}),
    field<&T::total>("total", "a whole exchange; 0s: no limit", {.example = "5min"}),
    field<&T::drain>("drain", "finishing what is open when the gateway stops", {.example = "30s"}),
    field<&T::half_close>("half_close", "silence towards a client that has closed its sending side",
                          {.example = "1s"}),
};

}  // namespace

Table table_of(const Limits&) { return kLimits<Limits>; }
Table table_of(const LimitsOverride&) { return kLimits<LimitsOverride>; }
Table table_of(const Timeouts&) { return kTimeouts<Timeouts>; }
Table table_of(const TimeoutsOverride&) { return kTimeouts<TimeoutsOverride>; }

namespace {
template <typename T>
void put(T& to, const std::optional<T>& from) {
  if (from) to = *from;
}
}  // namespace

Limits apply(Limits base, const LimitsOverride& with) {
  put(base.request_line, with.request_line);
  put(base.header, with.header);
  put(base.headers, with.headers);
  put(base.header_count, with.header_count);
  put(base.response_headers, with.response_headers);
  put(base.body, with.body);
  put(base.requests_per_connection, with.requests_per_connection);
  put(base.connections, with.connections);
  put(base.connections_per_address, with.connections_per_address);
  return base;
}

Timeouts apply(Timeouts base, const TimeoutsOverride& with) {
  put(base.request_header, with.request_header);
  put(base.body_idle, with.body_idle);
  put(base.keep_alive, with.keep_alive);
  put(base.send_stall, with.send_stall);
  put(base.connect, with.connect);
  put(base.response, with.response);
  put(base.total, with.total);
  put(base.drain, with.drain);
  put(base.half_close, with.half_close);
  return base;
}

}  // namespace gatehouse::config

// What a plugin is written against.  A plugin is a struct; what it defines is what it takes part
// in:
//
// - `struct Config` and `static constexpr auto schema`: its configuration (schema.hpp).  Then
//   `const Config& config;` is its first member.  `static void check(const Config&, Problems&)`
//   says what a table cannot.
// - `struct Shared`, one per gateway, thread-safe: `explicit Shared(const Config&)`, and
//   `void handover(Shared& from)` for a reload that changed the configuration.  Then
//   `Shared& shared;` is its second member.
// - `struct Memo`, one per exchange: the second argument of its phases.
// - on_preflight, on_request, on_response, on_log (Exchange&); on_request_body, on_response_body
//   (Exchange&, Body&); serve (Exchange&), which makes it the action of a route.
// - `void expect(Exchange&)`, or with the Memo: one is on its way to the step; time to prefetch what
//   it will look up.
// - on_start (Worker&) and on_stop (), on each worker; `Task<void> on_start(Worker&)` works in the
//   background until the worker lets go of it.
// - `static constexpr std::chrono::milliseconds deadline{5000}`: how long its waits may take where
//   the file does not say (2 s).
// - `static constexpr auto metrics`: what it counts (metrics.hpp).
// - `static bool gives_identity(const Config&)` and `needs_identity`: `check` looks at the order of
//   steps.
// - `static std::vector<std::string> identity_fields(const Config&)`: the header fields by which it
//   tells targets who the client is; a client's own never reach a target that any route tells.
// - `static void explain(const Config&, Explained&)`: what it would do (explained.hpp).
//
// A phase returns Verdict, Task<Verdict> if it waits, or MayWait if it seldom does; on_log returns
// nothing.  There is one
// object per worker, so it needs no locks.  Exceptions end in the thunks: that exchange gets what
// `on_error` says, and it is counted.
#pragma once

#include <gatehouse/exchange.hpp>
#include <gatehouse/metrics.hpp>
#include <gatehouse/stamp.hpp>
#include <gatehouse/thunks.hpp>

// Makes a struct the plugin of this shared object.  `name` is that of its file and of `use:`.
#define GATEHOUSE_PLUGIN(Type, name, version, doc)                                            \
  extern "C" __attribute__((visibility("default"), used, section(GH_STAMP_SECTION)))          \
  const gh_stamp gatehouse_stamp = gatehouse::detail::make_stamp(name, version);              \
  extern "C" __attribute__((visibility("default"))) const gh_plugin* gatehouse_plugin(void) { \
    return gatehouse::detail::Thunks<Type>::get(name, version, doc);                          \
  }

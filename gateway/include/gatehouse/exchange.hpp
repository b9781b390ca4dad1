// One request and its response, and the worker that serves it, as a plugin sees them.
#pragma once

#include <array>
#include <cstring>
#include <gatehouse/store.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

namespace detail {
// What members of a plugin's struct have under way that no exchange waits for: given up on the
// worker's thread when the step ends, since the struct itself goes on another one.
struct GivenUp {
  void (*give_up)(GivenUp& self);
};
struct Leftovers {
  Leftovers() { making = this; }
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;
  ~Leftovers() { made(); }
  void made() {
    if (making == this) making = nullptr;
  }
  void give_up() {
    for (GivenUp* one : all) one->give_up(*one);
  }
  std::vector<GivenUp*> all;
  // Those of the object whose members are being made.
  static inline thread_local Leftovers* making = nullptr;
};
}  // namespace detail

// One event loop of the gateway.  Thread: its own, except `post`.
class Worker {
 public:
  Worker() = delete;
  Worker(const Worker&) = delete;
  // Small and dense: 0 is always there, so that it may do what one of them has to.
  [[nodiscard]] std::uint32_t number() { return detail::host->worker_number(raw()); }
  // Monotonic and wall clock of this turn of the loop, in microseconds.
  [[nodiscard]] std::int64_t now_us() { return detail::host->now_us(raw()); }
  [[nodiscard]] std::int64_t wall_us() { return detail::host->wall_us(raw()); }
  [[nodiscard]] detail::SleepWait sleep(std::chrono::milliseconds time) {
    return {raw(), static_cast<std::uint64_t>(time.count())};
  }
  // Asks a target group, through its pool.  Errors: the reasons of docs/reasons.md.
  [[nodiscard]] detail::FetchWait fetch(const TargetGroup& group, const Ask& ask) {
    return {raw(), group.name, ask};
  }
  // Asks a store: `command(config.store, "INCR", key)`.  Errors: store_unavailable, store_timeout,
  // store_full, answer_too_large; what the store refuses is a Reply of kind `error`.
  template <typename... Words>
  [[nodiscard]] detail::CommandWait<sizeof...(Words)> command(const Store& store,
                                                              const Words&... words) {
    return {raw(), store.name, {detail::to_c(std::string_view(words))...}};
  }
  // How other threads reach it: `post(address, call, user)`.
  [[nodiscard]] std::uint32_t address() { return detail::host->address(raw()); }

 private:
  gh_worker* raw() { return reinterpret_cast<gh_worker*>(this); }
};

// The operator's log.  From any thread; at most one line a second is printed.
inline void log(std::string_view text) { detail::log(false, text); }
inline void log_error(std::string_view text) { detail::log(true, text); }

// Runs `call` on a worker's thread, from any thread.  False: the worker is gone, or does not keep
// up.
inline bool post(std::uint32_t worker_address, void (*call)(void*), void* user) {
  return detail::host->post(worker_address, call, user) != 0;
}

// Thread: its worker's.
class Exchange {
 public:
  Exchange() = delete;
  Exchange(const Exchange&) = delete;

  [[nodiscard]] Request request() { return Request(raw()); }
  [[nodiscard]] Upstream upstream() { return Upstream(raw()); }
  [[nodiscard]] Response response() { return Response(raw()); }
  [[nodiscard]] Worker& worker() {
    return *reinterpret_cast<Worker*>(detail::host->worker_of(raw()));
  }

  // Takes a query parameter away from all that follow (target, log, later steps): one that holds a
  // secret.  A Referer that has it goes, too.  What was read of `request()` is to be read again.
  void hide_parameter(std::string_view name) {
    detail::host->hide_parameter(raw(), detail::to_c(name));
  }

  // What logs and metrics call this step: the instance, the plugin, or ROUTE/PLUGIN.
  [[nodiscard]] std::string_view step_name() {
    return detail::to_view(detail::host->step_name(raw()));
  }

  // A copy that lasts as long as the exchange.
  [[nodiscard]] std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* at = static_cast<char*>(detail::host->allocate(raw(), text.size(), 1));
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

  // Who the client is, for later steps, policies and the access log; nothing: nobody signed in.
  [[nodiscard]] std::optional<Identity> identity() {
    const gh_identity* known = detail::host->identity(raw());
    if (known == nullptr) return std::nullopt;
    Identity out{detail::to_view(known->id),
                 detail::to_view(known->email),
                 detail::to_view(known->method),
                 {}};
    for (std::size_t i = 0; i < known->role_count; ++i)
      out.roles.push_back(detail::to_view(known->roles[i]));
    return out;
  }
  void set_identity(const Identity& identity) {
    std::array<gh_text, 8> few;
    std::vector<gh_text> many(identity.roles.size() > few.size() ? identity.roles.size() : 0);
    gh_text* const roles = many.empty() ? few.data() : many.data();
    for (std::size_t i = 0; i < identity.roles.size(); ++i)
      roles[i] = detail::to_c(identity.roles[i]);
    const gh_identity raw_identity{detail::to_c(identity.id), detail::to_c(identity.email),
                                   detail::to_c(identity.method), roles, identity.roles.size()};
    detail::host->set_identity(raw(), &raw_identity);
  }
  // Named values, from step to step.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) {
    gh_text found{};
    if (detail::host->value(raw(), detail::to_c(name), &found) == 0) return std::nullopt;
    return detail::to_view(found);
  }
  void set_value(std::string_view name, std::string_view text) {
    detail::host->set_value(raw(), detail::to_c(name), detail::to_c(text));
  }
  // Each value, in the order of setting; false: there is none at that place.
  [[nodiscard]] bool value_at(std::size_t place, std::string_view& name, std::string_view& text) {
    gh_text found_name{}, found{};
    if (detail::host->next_value(raw(), place, &found_name, &found) == 0) return false;
    name = detail::to_view(found_name);
    text = detail::to_view(found);
    return true;
  }

  // ---- waiting: in a Task ----
  [[nodiscard]] detail::FetchWait fetch(const TargetGroup& group, const Ask& ask) {
    return {detail::host->worker_of(raw()), group.name, ask};
  }
  template <typename... Words>
  [[nodiscard]] detail::CommandWait<sizeof...(Words)> command(const Store& store,
                                                              const Words&... words) {
    return worker().command(store, words...);
  }
  [[nodiscard]] detail::SleepWait sleep(std::chrono::milliseconds time) {
    return worker().sleep(time);
  }
  // The client's whole body, if it has at most `most` bytes; in `on_request` and `serve`.  The
  // target gets it all the same.
  [[nodiscard]] detail::BodyWait body(Bytes most) { return {raw(), most.value}; }

  // ---- waiting: without a coroutine, or for another thread ----
  // Take it, then return suspend().
  [[nodiscard]] Resumption resumption() { return Resumption(detail::host->suspend(raw())); }

 private:
  gh_exchange* raw() { return reinterpret_cast<gh_exchange*>(this); }
};

}  // namespace gnu::visibility("hidden")]]gatehouse

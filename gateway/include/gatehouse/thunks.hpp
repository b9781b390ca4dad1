// What stands between the gateway's table and a plugin's struct: one function for each phase, in
// which exceptions end.
#pragma once

#include <gatehouse/exchange.hpp>
#include <gatehouse/explained.hpp>
#include <gatehouse/metrics.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {
namespace detail {

struct NoConfig {};
struct NoMemo {};

template <typename P>
concept HasConfig = requires {
  typename P::Config;
};
template <typename P>
concept HasShared = requires {
  typename P::Shared;
};
template <typename P>
concept HasMemo = requires {
  typename P::Memo;
};
template <typename P>
struct ConfigOf {
  using type = NoConfig;
};
template <HasConfig P>
struct ConfigOf<P> {
  using type = typename P::Config;
};
template <typename P>
struct MemoOf {
  using type = NoMemo;
};
template <HasMemo P>
struct MemoOf<P> {
  using type = typename P::Memo;
};

template <typename P>
struct Self {
  Leftovers leftovers;
  P plugin;
  Root background;
};
// What lies in the exchange for this step.
template <typename P>
struct Held {
  void* waiting = nullptr;  // Root of a call that waits
  [[no_unique_address]] typename MemoOf<P>::type memo;
};

// Ends a frame, wherever it is.
template <typename T>
void destroy_root(Root& root) noexcept {
  if (root.seat != nullptr) *root.seat = nullptr;
  std::coroutine_handle<> frame = root.frame;
  root.frame = nullptr;
  if (frame) frame.destroy();
}

inline std::uint32_t give(Promise<Verdict>& promise, gh_exchange* x) noexcept {
  try {
    return promise.take().give(x);
  } catch (const std::exception& error) {
    log(true, error.what());
  } catch (...) {
  }
  return GH_FAIL;
}

// Starts a task of an exchange; GH_SUSPEND if it waits.
inline std::uint32_t start(Task<Verdict> task, gh_exchange* x, void** seat) noexcept {
  const auto frame = task.frame();
  auto* root = new (host->allocate(x, sizeof(Root), alignof(Root))) Root;
  frame.promise().root = root;
  root->x = x;
  frame.resume();
  if (root->done) return give(frame.promise(), x);
  root->frame = task.release();
  root->seat = seat;
  *seat = root;
  root->finish = [](Root& ended) noexcept {
    auto& promise =
        std::coroutine_handle<Promise<Verdict>>::from_address(ended.frame.address()).promise();
    const std::uint32_t verdict = give(promise, ended.x);
    const gh_ticket ticket = ended.ticket;
    destroy_root<Verdict>(ended);
    host->resume(ticket, verdict, nullptr);
  };
  root->ticket = host->suspend(x);
  return GH_SUSPEND;
}

inline std::uint32_t start(MayWait decided, gh_exchange* x, void** seat) noexcept {
  if (!decided.verdict()) return start(decided.task(), x, seat);
  try {
    return decided.verdict()->give(x);
  } catch (...) {
    return GH_FAIL;
  }
}

template <typename P>
class Thunks {
 public:
  using Config = typename ConfigOf<P>::type;
  using Memo = typename MemoOf<P>::type;

  static const gh_plugin* get(const char* name, const char* version, const char* doc) {
    plugin_name = name;
    static const gh_plugin plugin = make_table(name, version, doc);
    return &plugin;
  }

 private:
  template <std::size_t Phase>
  static constexpr bool has = [] {
    if constexpr (Phase == GH_PREFLIGHT) return requires {
        &P::on_preflight;
      };
    if constexpr (Phase == GH_REQUEST) return requires {
        &P::on_request;
      };
    if constexpr (Phase == GH_REQUEST_BODY) return requires {
        &P::on_request_body;
      };
    if constexpr (Phase == GH_RESPONSE) return requires {
        &P::on_response;
      };
    if constexpr (Phase == GH_RESPONSE_BODY) return requires {
        &P::on_response_body;
      };
    if constexpr (Phase == GH_LOG) return requires {
        &P::on_log;
      };
    if constexpr (Phase == GH_SERVE) return requires {
        &P::serve;
      };
    if constexpr (Phase == GH_SOCKET_OPEN) return requires {
        &P::on_socket_open;
      };
    if constexpr (Phase == GH_SOCKET_MESSAGE) return requires {
        &P::on_socket_message;
      };
    if constexpr (Phase == GH_SERVE_SOCKET) return requires {
        &P::serve_socket;
      };
    return false;
  }();
  // Socket phases are declared only: their arguments come with the phase.
  template <std::size_t Phase>
  static constexpr bool callable = has<Phase>&& Phase <= GH_SERVE;

  template <std::size_t Phase, typename... Args>
  static decltype(auto) call_member(P& p, Args&... args) {
    if constexpr (Phase == GH_PREFLIGHT)
      return p.on_preflight(args...);
    else if constexpr (Phase == GH_REQUEST)
      return p.on_request(args...);
    else if constexpr (Phase == GH_REQUEST_BODY)
      return p.on_request_body(args...);
    else if constexpr (Phase == GH_RESPONSE)
      return p.on_response(args...);
    else if constexpr (Phase == GH_RESPONSE_BODY)
      return p.on_response_body(args...);
    else if constexpr (Phase == GH_LOG)
      return p.on_log(args...);
    else
      return p.serve(args...);
  }
  template <std::size_t Phase>
  static decltype(auto) call_phase(P& p, Exchange& x, Held<P>* held, Body& body) {
    if constexpr (Phase == GH_REQUEST_BODY || Phase == GH_RESPONSE_BODY) {
      if constexpr (HasMemo<P>)
        return call_member<Phase>(p, x, held->memo, body);
      else
        return call_member<Phase>(p, x, body);
    } else {
      if constexpr (HasMemo<P>)
        return call_member<Phase>(p, x, held->memo);
      else
        return call_member<Phase>(p, x);
    }
  }
  template <std::size_t Phase>
  using ReturnOf = decltype(call_phase<Phase>(std::declval<P&>(), std::declval<Exchange&>(),
                                              nullptr, std::declval<Body&>()));
  template <std::size_t Phase>
  static constexpr bool waits = [] {
    if constexpr (callable<Phase>) {
      using Return = ReturnOf<Phase>;
      return std::is_same_v<Return, Task<Verdict>> || std::is_same_v<Return, MayWait>;
    }
    return false;
  }();
  template <std::size_t... Phase>
  static constexpr bool any_waits(std::index_sequence<Phase...>) {
    return (waits<Phase> || ...);
  }
  static constexpr bool holds = HasMemo<P> || any_waits(std::make_index_sequence<GH_PHASE_COUNT>());

  template <std::size_t Phase>
  static std::uint32_t call(void* self, gh_exchange* raw, void* memo, gh_body* raw_body) noexcept {
    try {
      P& plugin = static_cast<Self<P>*>(self)->plugin;
      auto& x = *reinterpret_cast<Exchange*>(raw);
      auto* held = static_cast<Held<P>*>(memo);
      gh_body none{};
      Body body(raw_body != nullptr ? *raw_body : none);
      if constexpr (waits<Phase>) {
        static_assert(
            Phase != GH_REQUEST_BODY && Phase != GH_RESPONSE_BODY,
            "a body's phase decides at once; wait for a whole body with `co_await x.body(…)`");
        return start(call_phase<Phase>(plugin, x, held, body), raw, &held->waiting);
      } else if constexpr (std::is_void_v<ReturnOf<Phase>>) {
        call_phase<Phase>(plugin, x, held, body);
        return GH_PASS;
      } else {
        return call_phase<Phase>(plugin, x, held, body).give(raw);
      }
    } catch (const std::exception& error) {
      log(true, error.what());
    } catch (...) {
    }
    return GH_FAIL;
  }

  static void cancel(void*, void* memo) noexcept {
    if (auto* root = static_cast<Root*>(static_cast<Held<P>*>(memo)->waiting))
      destroy_root<Verdict>(*root);
  }

  static void* make(const void* config, [[maybe_unused]] void* shared) noexcept {
    try {
      const auto& with = *static_cast<const Config*>(config);
      Self<P>* self = nullptr;
      if constexpr (HasShared<P>) {
        self = new Self<P>{{}, P{with, *static_cast<typename P::Shared*>(shared)}, {}};
      } else if constexpr (HasConfig<P>) {
        self = new Self<P>{{}, P{with}, {}};
      } else {
        self = new Self<P>{{}, P{}, {}};
      }
      self->leftovers.made();
      return self;
    } catch (...) {
      return nullptr;
    }
  }
  static void start_on(void* self, gh_worker* raw) noexcept {
    if constexpr (requires { &P::on_start; }) {
      auto& here = *static_cast<Self<P>*>(self);
      auto& worker = *reinterpret_cast<Worker*>(raw);
      try {
        if constexpr (std::is_void_v<decltype(here.plugin.on_start(worker))>) {
          here.plugin.on_start(worker);
        } else {
          Task<void> task = here.plugin.on_start(worker);
          here.background.finish = [](Root& root) noexcept { destroy_root<void>(root); };
          task.frame().promise().root = &here.background;
          here.background.frame = task.release();
          here.background.frame.resume();
          here.background.resumed();
        }
      } catch (...) {
        log(true, "on_start threw an exception");
      }
    }
  }
  static void stop_on(void* self) noexcept {
    auto& here = *static_cast<Self<P>*>(self);
    destroy_root<void>(here.background);
    if constexpr (requires { here.plugin.on_stop(); }) {
      try {
        here.plugin.on_stop();
      } catch (...) {
      }
    }
    here.leftovers.give_up();
  }

  template <std::size_t... I>
  static void read_metric_at(const P& plugin, std::size_t index, std::uint64_t* out,
                             std::index_sequence<I...>) {
    ((I == index ? read(plugin.*(std::get<I>(P::metrics).member), out) : void()), ...);
  }
  template <std::size_t... I>
  static void put_metrics(gh_metric* to, std::index_sequence<I...>) {
    ((to[I] = {to_c(std::get<I>(P::metrics).name), to_c(std::get<I>(P::metrics).doc),
               to_c(std::get<I>(P::metrics).label), std::get<I>(P::metrics).kind}),
     ...);
  }
  template <std::size_t... Phase>
  static void put_phases(gh_plugin& out, std::index_sequence<Phase...>) {
    ((out.phases |= has<Phase> ? 1U << Phase : 0U), ...);
    (put_phase<Phase>(out), ...);
  }
  template <std::size_t Phase>
  static void put_phase(gh_plugin& out) {
    if constexpr (callable<Phase>) out.call[Phase] = &call<Phase>;
  }

  static std::uint32_t traits(const void* raw) noexcept {
    [[maybe_unused]] const auto& config = *static_cast<const Config*>(raw);
    std::uint32_t out = 0;
    if constexpr (requires { P::gives_identity(config); }) {
      if (P::gives_identity(config)) out |= GH_GIVES_IDENTITY;
    }
    if constexpr (requires { P::needs_identity(config); }) {
      if (P::needs_identity(config)) out |= GH_NEEDS_IDENTITY;
    }
    return out;
  }

  static gh_plugin make_table(const char* name, const char* version, const char* doc) {
    gh_plugin out{};
    out.name = to_c(name);
    out.version = to_c(version);
    out.doc = to_c(doc);
    put_phases(out, std::make_index_sequence<GH_PHASE_COUNT>());
    if constexpr (requires { P::schema; }) out.schema = Table<P>::get();
    if constexpr (requires { P::metrics; }) {
      constexpr std::size_t kCount = std::tuple_size_v<std::remove_cv_t<decltype(P::metrics)>>;
      static gh_metric metrics[kCount];
      put_metrics(metrics, std::make_index_sequence<kCount>());
      out.metrics = metrics;
      out.metric_count = kCount;
      out.read_metric = [](const void* self, std::size_t index, std::uint64_t* to) {
        read_metric_at(static_cast<const Self<P>*>(self)->plugin, index, to,
                       std::make_index_sequence<kCount>());
      };
    }
    if constexpr (holds) {
      out.memo_size = sizeof(Held<P>);
      out.memo_alignment = alignof(Held<P>);
      out.make_memo = [](void* memo) { new (memo) Held<P>{}; };
      out.free_memo = [](void* memo) { static_cast<Held<P>*>(memo)->~Held<P>(); };
      out.cancel = &cancel;
    }
    out.attach = [](const gh_host* gateway) { host = gateway; };
    out.make_config = []() -> void* { return new Config{}; };
    out.traits = &traits;
    out.free_config = [](void* config) { delete static_cast<Config*>(config); };
    if constexpr (requires(const Config& c) { P::identity_fields(c); }) {
      out.identity_fields = [](const void* config, void (*put)(void*, gh_text), void* user) {
        for (const auto& field : P::identity_fields(*static_cast<const Config*>(config)))
          put(user, to_c(field));
      };
    }
    if constexpr (requires(const Config& c, Problems& p) { P::check(c, p); }) {
      out.check = [](const void* config, const gh_problems* to) {
        try {
          Problems problems(*to);
          P::check(*static_cast<const Config*>(config), problems);
        } catch (const std::exception& error) {
          to->report(to->data, 0, {}, to_c(error.what()), {});
        }
      };
    }
    if constexpr (HasShared<P>) {
      using Shared = typename P::Shared;
      out.make_shared = [](const void* config) -> void* {
        try {
          return new Shared(*static_cast<const Config*>(config));
        } catch (...) {
          return nullptr;
        }
      };
      out.free_shared = [](void* shared) { delete static_cast<Shared*>(shared); };
      if constexpr (requires(const Shared& a) { a.lacks(); }) {
        out.lacks = [](const void* shared, void (*say)(void*, gh_text), void* user) {
          try {
            const std::string what = static_cast<const Shared*>(shared)->lacks();
            if (!what.empty()) say(user, to_c(what));
          } catch (...) {
          }
        };
      }
      if constexpr (requires(Shared & a, Shared & b) { a.handover(b); }) {
        out.hand_over = [](void* to, void* from) {
          try {
            static_cast<Shared*>(to)->handover(*static_cast<Shared*>(from));
          } catch (...) {
          }
        };
      }
    }
    if constexpr (Explains<P, Config>) out.explain = &explain<P, Config>;
    constexpr bool expects = requires(P & p, Exchange & x) { p.expect(x); };
    constexpr bool expects_with_memo = requires(P & p, Exchange & x, Memo & memo) {
      p.expect(x, memo);
    };
    if constexpr (expects || expects_with_memo) {
      out.expect = [](void* self, gh_exchange* raw, [[maybe_unused]] void* memo) {
        P& plugin = static_cast<Self<P>*>(self)->plugin;
        auto& x = *reinterpret_cast<Exchange*>(raw);
        try {
          if constexpr (expects_with_memo)
            plugin.expect(x, static_cast<Held<P>*>(memo)->memo);
          else
            plugin.expect(x);
        } catch (...) {
        }
      };
    }
    if constexpr (requires { P::deadline; })
      out.deadline_ms = std::chrono::milliseconds(P::deadline).count();
    out.make = &make;
    out.free = [](void* self) { delete static_cast<Self<P>*>(self); };
    out.start = &start_on;
    out.stop = &stop_on;
    return out;
  }
};

}  // namespace detail
}  // namespace gnu::visibility("hidden")]]gatehouse

// What a step would do with a request that `gatehouse explain` asks about, in its own words:
//
//   static void explain(const Config& config, Explained& would) {
//     if (would.phase() != GH_REQUEST) return;
//     if (config.is_closed) return would.says("closed for today").answers(503);
//     would.says("open");
//   }
//
// It is called for each phase that the plugin has, in the order in which they would run, until one
// answers.  Nothing is sent, no worker runs: there is the request, and the configuration.
#pragma once

#include <gatehouse/head.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

// Texts are copied.  Thread: any, one at a time.
class Explained {
 public:
  Explained(gh_exchange* x, std::uint32_t phase, const gh_explained& to)
      : x_(x), phase_(phase), to_(to) {}

  // GH_PREFLIGHT, GH_REQUEST or GH_RESPONSE; of a handler GH_SERVE.
  [[nodiscard]] std::uint32_t phase() const { return phase_; }
  [[nodiscard]] Request request() const { return Request(x_); }
  // Its path and query after the route's `rewrite`.
  [[nodiscard]] Upstream upstream() const { return Upstream(x_); }

  // A line for people.
  Explained& says(std::string_view words) {
    to_.say(to_.data, detail::to_c(words));
    return *this;
  }
  // It would answer, in place of what is behind this step.
  void answers(std::uint32_t status) { to_.answer(to_.data, status); }
  // Fields of that answer; in GH_RESPONSE, of whatever answer there is.
  Explained& sets(std::string_view name, std::string_view value) {
    to_.set_header(to_.data, detail::to_c(name), detail::to_c(value));
    return *this;
  }
  Explained& removes(std::string_view name) {
    to_.remove_header(to_.data, detail::to_c(name));
    return *this;
  }

 private:
  gh_exchange* x_;
  std::uint32_t phase_;
  const gh_explained& to_;
};

namespace detail {

template <typename P, typename Config>
concept Explains = requires(const Config& config, Explained& would) {
  P::explain(config, would);
}
|| requires(Explained& would) { P::explain(would); };

template <typename P, typename Config>
void explain(const void* config, std::uint32_t phase, gh_exchange* x,
             const gh_explained* to) noexcept {
  try {
    Explained would(x, phase, *to);
    if constexpr (requires { P::explain(would); })
      P::explain(would);
    else
      P::explain(*static_cast<const Config*>(config), would);
  } catch (const std::exception& error) {
    log(true, error.what());
  } catch (...) {
  }
}

}  // namespace detail
}  // namespace gnu::visibility("hidden")]]gatehouse

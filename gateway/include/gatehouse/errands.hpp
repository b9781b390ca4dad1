// Requests of a plugin's own whose answers nobody waits for.
#pragma once

#include <gatehouse/exchange.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

// A member of the plugin's struct, thus one per worker.  Thread: its worker's; so what is under way
// when the step ends is to be given up in `on_stop`, for the struct itself goes on another one:
//   void on_stop() { errands.give_up(); }
class Errands {
 public:
  // `status` 0: no answer came, for `reason`.
  using Ended = void (*)(void* user, std::uint32_t status, std::string_view reason);

  Errands() = default;
  Errands(Errands&&) noexcept {}  // before the first
  Errands& operator=(Errands&&) = delete;
  ~Errands() { give_up(); }
  void give_up() {
    for (const auto& errand : under_way_) detail::host->cancel(errand->operation);
    under_way_.clear();
  }

  // Everything is copied; `ended` may be null.
  void send(Worker& worker, const TargetGroup& group, const Ask& ask, Ended ended = nullptr,
            void* user = nullptr) {
    std::vector<gh_field_line> lines;
    for (const auto& line : ask.headers.all())
      lines.push_back({detail::to_c(line.name), detail::to_c(line.value)});
    for (const auto& line : ask.more)
      lines.push_back({detail::to_c(line.name), detail::to_c(line.value)});
    const gh_fetch fetch{detail::to_c(group.name),
                         detail::to_c(ask.method),
                         detail::to_c(ask.path),
                         detail::to_c(ask.host),
                         detail::to_c(ask.body),
                         lines.data(),
                         lines.size(),
                         ask.timeout_ms,
                         ask.most_bytes};
    auto errand = std::make_unique<Errand>(Errand{this, ended, user, nullptr});
    errand->operation = detail::host->fetch(reinterpret_cast<gh_worker*>(&worker), &fetch,
                                            &Errands::done, errand.get());
    under_way_.push_back(std::move(errand));
  }
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

 private:
  struct Errand {
    Errands* of;
    Ended ended;
    void* user;
    gh_operation* operation;
  };
  static void done(void* user, const gh_fetched* got) {
    auto& errand = *static_cast<Errand*>(user);
    const Errand copy = errand;
    std::erase_if(copy.of->under_way_, [&](const auto& one) { return one.get() == &errand; });
    if (copy.ended != nullptr) copy.ended(copy.user, got->status, detail::to_view(got->reason));
  }
  std::vector<std::unique_ptr<Errand>> under_way_;
};

}  // namespace gnu::visibility("hidden")]]gatehouse

// Requests of a plugin's own whose answers nobody waits for.
#pragma once

#include <gatehouse/exchange.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

// A member of the plugin's struct, thus one per worker; what is under way when the step ends there
// is given up.  Thread: its worker's.
class Errands : private detail::GivenUp {
 public:
  // `status` 0: no answer came, for `reason`.
  using Ended = void (*)(void* user, std::uint32_t status, std::string_view reason);

  Errands() : GivenUp{[](GivenUp& self) { static_cast<Errands&>(self).give_up(); }} {
    if (leftovers_ != nullptr) leftovers_->all.push_back(this);
  }
  Errands(Errands&&) noexcept : Errands() {}  // before the first
  Errands& operator=(Errands&&) = delete;
  ~Errands() {
    give_up();
    detail::GivenUp* const self = this;
    if (leftovers_ != nullptr) std::erase(leftovers_->all, self);
  }
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
  detail::Leftovers* leftovers_ = detail::Leftovers::making;
};

}  // namespace gnu::visibility("hidden")]]gatehouse

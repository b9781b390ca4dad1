// Commands to a store of routes.yaml, such as Redis, and what it replies.
#pragma once

#include <gatehouse/task.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

// A reply, or an item of one.  Whoever gets it looks at `kind` first.
class Reply {
 public:
  enum class Kind : std::uint32_t {
    nil = GH_NIL,
    number = GH_NUMBER,
    string = GH_STRING,
    status = GH_STATUS,
    error = GH_ERROR,
    items = GH_ITEMS
  };

  Reply() = default;
  explicit Reply(const gh_reply& raw)
      : kind_(static_cast<Kind>(raw.type)), number_(raw.number), text_(detail::to_view(raw.text)) {
    items_.reserve(raw.item_count);
    for (std::size_t i = 0; i < raw.item_count; ++i) items_.emplace_back(raw.items[i]);
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t number() const { return number_; }
  // Of a string, a status, an error.
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::vector<Reply>& items() const { return items_; }
  [[nodiscard]] bool is_error(std::string_view code) const {
    return kind_ == Kind::error && std::string_view(text_).starts_with(code);
  }

 private:
  Kind kind_ = Kind::nil;
  std::int64_t number_ = 0;
  std::string text_;
  std::vector<Reply> items_;
};

namespace detail {

// Words are views, which must last until the wait begins.
template <std::size_t N>
class CommandWait : public Wait {
 public:
  CommandWait(gh_worker* worker, std::string_view store, std::array<gh_text, N> words)
      : worker_(worker), store_(store), words_(words) {}
  template <typename P>
  void await_suspend(std::coroutine_handle<P> task) {
    wait_in(task);
    const gh_command command{to_c(store_), words_.data(), N, 0};
    operation_ = host->command(worker_, &command, &CommandWait::done, this);
  }
  Result<Reply> await_resume() {
    if (reply_) return std::move(*reply_);
    return Reason{std::move(reason_)};
  }

 private:
  static void done(void* self, gh_text reason, const gh_reply* raw) {
    auto& wait = *static_cast<CommandWait*>(self);
    try {
      if (raw == nullptr) {
        wait.reason_ = to_view(reason);
      } else {
        wait.reply_.emplace(*raw);
      }
    } catch (...) {
      wait.reason_ = "gateway_full";
    }
    wait.resume();
  }
  gh_worker* worker_;
  std::string_view store_;
  std::array<gh_text, N> words_;
  std::optional<Reply> reply_;
  std::string reason_;
};

}  // namespace detail
}  // namespace gnu::visibility("hidden")]]gatehouse

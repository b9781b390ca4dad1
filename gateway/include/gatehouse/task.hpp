// Coroutines for steps that wait: `Task<Verdict> on_request(Exchange& x)`.  A frame lies in its
// exchange's memory; a wait that is cancelled destroys it where it waits, so that destructors run
// and nothing behind the `co_await` does.
#pragma once

#include <coroutine>
#include <exception>
#include <gatehouse/verdict.hpp>
#include <new>
#include <span>

namespace [[gnu::visibility("hidden")]] gatehouse {

class Exchange;
class Worker;
template <typename T>
class Task;

namespace detail {

// One call from the gateway that may wait.
struct Root {
  void (*finish)(Root&) noexcept = nullptr;  // the outermost task has ended after a wait
  bool waits = false;
  bool done = false;
  gh_exchange* x = nullptr;
  gh_ticket ticket{};
  void** seat = nullptr;  // where the cancelling looks for it
  std::coroutine_handle<> frame;

  void resumed() noexcept {
    if (done) finish(*this);
  }
};

// Where frames lie: in the exchange's memory if one is among the arguments, else on the heap.
struct FrameHeader {
  bool on_heap;
};
inline constexpr std::size_t kFrameOffset = alignof(std::max_align_t);
// Any argument of a coroutine; of interest is the exchange.
struct FrameArgument {
  FrameArgument() = default;
  FrameArgument(Exchange& x) : exchange(reinterpret_cast<gh_exchange*>(&x)) {}
  template <typename T>
  FrameArgument(T&&) {}
  gh_exchange* exchange = nullptr;
};

struct PromiseBase {
  Root* root = nullptr;
  std::coroutine_handle<> outer;
  std::exception_ptr error;

  // No template: g++ would take it for another's than that of operator delete.
  static void* operator new (std::size_t size, FrameArgument a = {}, FrameArgument b = {},
                             FrameArgument c = {}, FrameArgument d = {}, FrameArgument e = {},
                             FrameArgument f = {}) {
    gh_exchange* x = nullptr;
    for (const FrameArgument* argument : {&a, &b, &c, &d, &e, &f}) {
      if (argument->exchange != nullptr) x = argument->exchange;
    }
    void* at = x != nullptr ? host->allocate(x, size + kFrameOffset, kFrameOffset)
                            : ::operator new(size + kFrameOffset);
    new (at) FrameHeader{x == nullptr};
    return static_cast<char*>(at) + kFrameOffset;
  }
  static void operator delete(void* frame) {
    void* at = static_cast<char*>(frame) - kFrameOffset;
    if (static_cast<FrameHeader*>(at)->on_heap) ::operator delete(at);
  }

  static std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    static bool await_ready() noexcept { return false; }
    template <typename P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> ended) noexcept {
      PromiseBase& promise = ended.promise();
      if (promise.outer) return promise.outer;
      promise.root->done = true;
      return std::noop_coroutine();
    }
    static void await_resume() noexcept {}
  };
  static Final final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object() noexcept;
  template <typename U>
  void return_value(U&& from) {
    value.emplace(std::forward<U>(from));
  }
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};
template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  static bool await_ready() noexcept { return false; }
  template <typename P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> outer) noexcept {
    frame_.promise().root = outer.promise().root;
    frame_.promise().outer = outer;
    return frame_;
  }
  T await_resume() { return frame_.promise().take(); }

  // For the thunks.
  [[nodiscard]] std::coroutine_handle<promise_type> frame() const { return frame_; }
  std::coroutine_handle<promise_type> release() noexcept { return std::exchange(frame_, nullptr); }

 private:
  std::coroutine_handle<promise_type> frame_;
};

// What a phase returns that decides at once as a rule, and waits only where it must: the frame of a
// coroutine is paid for by the exchanges that need it.
class [[nodiscard]] MayWait {
 public:
  MayWait(Verdict verdict) : verdict_(std::move(verdict)) {}
  MayWait(Task<Verdict> task) : task_(std::move(task)) {}

  // For the thunks: one of them.
  [[nodiscard]] const std::optional<Verdict>& verdict() const { return verdict_; }
  [[nodiscard]] Task<Verdict> task() { return std::move(*task_); }

 private:
  std::optional<Verdict> verdict_;
  std::optional<Task<Verdict>> task_;
};

namespace detail {
template <typename T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

// Something that the gateway does meanwhile; leaving it alone cancels it.
class Wait {
 public:
  Wait() = default;
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    if (operation_ != nullptr) host->cancel(operation_);
  }
  static bool await_ready() noexcept { return false; }

 protected:
  template <typename P>
  void wait_in(std::coroutine_handle<P> task) noexcept {
    task_ = task;
    root_ = task.promise().root;
  }
  void resume() noexcept {
    operation_ = nullptr;
    Root* root = root_;
    task_.resume();
    root->resumed();
  }
  gh_operation* operation_ = nullptr;

 private:
  std::coroutine_handle<> task_;
  Root* root_ = nullptr;
};

class SleepWait : public Wait {
 public:
  SleepWait(gh_worker* worker, std::uint64_t milliseconds)
      : worker_(worker), milliseconds_(milliseconds) {}
  template <typename P>
  void await_suspend(std::coroutine_handle<P> task) noexcept {
    wait_in(task);
    operation_ = host->sleep(
        worker_, milliseconds_, [](void* self) { static_cast<SleepWait*>(self)->resume(); }, this);
  }
  static void await_resume() noexcept {}

 private:
  gh_worker* worker_;
  std::uint64_t milliseconds_;
};

class BodyWait : public Wait {
 public:
  BodyWait(gh_exchange* x, std::uint64_t most) : x_(x), most_(most) {}
  template <typename P>
  void await_suspend(std::coroutine_handle<P> task) noexcept {
    wait_in(task);
    operation_ = host->read_body(
        x_, most_,
        [](void* self, int whole, gh_text body) {
          auto& wait = *static_cast<BodyWait*>(self);
          wait.whole_ = whole != 0;
          wait.body_ = to_view(body);
          wait.resume();
        },
        this);
  }
  Result<std::string_view> await_resume() {
    if (!whole_) return Reason{"body_too_large"};
    return body_;
  }

 private:
  gh_exchange* x_;
  std::uint64_t most_;
  bool whole_ = false;
  std::string_view body_;
};

}  // namespace detail

// What is asked of a target group.  Views only: they must last until the call is made.
struct Ask {
  std::string_view method = {};  // GET, or POST with a body
  std::string_view path = "/";   // with its query
  Headers headers = {};          // of another head; what belongs to its connection is left out
  std::span<const HeaderLine> more = {};
  std::string_view body = {};
  std::string_view host = {};
  std::uint64_t timeout_ms = 2000;
  std::uint64_t most_bytes = 1U << 20;
};
// g++ 12 destroys what owns something twice when it is built inside `co_await f(…)`.
static_assert(std::is_trivially_destructible_v<Ask>);

namespace detail {

class FetchWait : public Wait {
 public:
  FetchWait(gh_worker* worker, std::string_view group, const Ask& ask)
      : worker_(worker), group_(group), ask_(ask) {}
  template <typename P>
  void await_suspend(std::coroutine_handle<P> task) {
    wait_in(task);
    std::vector<HeaderLine> lines = ask_.headers.all();
    lines.insert(lines.end(), ask_.more.begin(), ask_.more.end());
    std::vector<gh_field_line> raw;
    for (const auto& line : lines) raw.push_back({to_c(line.name), to_c(line.value)});
    const gh_fetch fetch{to_c(group_),    to_c(ask_.method), to_c(ask_.path),
                         to_c(ask_.host), to_c(ask_.body),   raw.data(),
                         raw.size(),      ask_.timeout_ms,   ask_.most_bytes};
    operation_ = host->fetch(worker_, &fetch, &FetchWait::done, this);
  }
  Result<Fetched> await_resume() {
    if (fetched_) return std::move(*fetched_);
    return Reason{std::move(reason_)};
  }

 private:
  static void done(void* self, const gh_fetched* raw) {
    auto& wait = *static_cast<FetchWait*>(self);
    try {
      if (raw->reason.size != 0) {
        wait.reason_ = to_view(raw->reason);
      } else {
        wait.fetched_.emplace(*raw);
      }
    } catch (...) {
      wait.reason_ = "gateway_full";
    }
    wait.resume();
  }
  gh_worker* worker_;
  std::string_view group_;
  Ask ask_;
  std::optional<Fetched> fetched_;
  std::string reason_;
};

}  // namespace detail
}  // namespace gnu::visibility("hidden")]]gatehouse

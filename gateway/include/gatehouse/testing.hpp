// A gateway for unit tests: it calls the plugin that is linked into the test, for one exchange at a
// time, on one thread and without a clock.
//
//   testing::Gateway gateway;
//   gateway.with("greeting", "hello");            // the configuration, by the plugin's own table
//   gateway.request("GET", "/x", {{"Accept", "text/plain"}});
//   EXPECT_EQ(gateway.run(GH_REQUEST), "pass");   // or "answer 401", "fail", "waits for ever"
//   EXPECT_EQ(gateway.upstream("X-Greeting"), "hello");
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <gatehouse/testing_fixed.hpp>
#include <gatehouse/testing_text.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" const gh_plugin* gatehouse_plugin(void);

namespace gatehouse::testing {

class Gateway {
 public:
  Gateway() : plugin_(*gatehouse_plugin()) {
    here() = this;
    fill();
    plugin_.attach(&host_);
    config_ = plugin_.make_config();
    request("GET", "/");
  }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway() {
    end_exchange();
    if (self_ != nullptr) plugin_.free(self_);
    if (shared_ != nullptr) plugin_.free_shared(shared_);
    plugin_.free_config(config_);
    here() = nullptr;
  }

  // Sets a key of the configuration, before the first `run`; "jwt.leeway" is one of a section.
  // `number`: of a bool, a number, a size in bytes, a time in milliseconds or the place of a word;
  // `entry`: the name of a map's entry.
  void with(std::string_view key, std::string_view text, std::int64_t number = 0,
            std::string_view entry = {}) {
    set(plugin_.schema, config_, key, {number, view(text), view(entry)});
  }
  // Begins an exchange.
  void request(std::string method, std::string target, Fields headers = {}, std::string body = {}) {
    end_exchange();
    method_ = std::move(method);
    target_ = std::move(target);
    heads_ = {std::move(headers), {}, {}};
    heads_[GH_UPSTREAM] = heads_[GH_CLIENT_REQUEST];
    body_ = std::move(body);
    answer_.reset();
    response_status_ = 200;
  }
  // Where requests come from: the client, and the connection behind which it may be.
  void comes_from(const std::string& client, const std::string& peer = {}) {
    client_ = client;
    peer_ = peer.empty() ? client : peer;
  }
  // What both clocks say, until it is said again.
  void time_is(std::int64_t microseconds) { time_us_ = microseconds; }
  // What an earlier step found out.
  void signed_in(std::string id, std::vector<std::string> roles = {}) {
    identity_ = {std::move(id), std::move(roles)};
  }
  // What the target answered, for GH_RESPONSE.
  void responds(std::uint32_t status, Fields headers = {}, std::uint64_t length = UINT64_MAX) {
    response_status_ = status;
    response_length_ = length;
    heads_[GH_RESPONSE_HEAD] = std::move(headers);
  }
  // What the next fetch gets; without one it fails with no_target.
  void fetch_gets(Answer answer) { fetches_.push_back(std::move(answer)); }

  // What was asked of target groups: method and path, header lines, an empty line, the body.
  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

  // The path that the route's rewrite gives the target.
  void rewrites(std::string path) { upstream_path_ = std::move(path); }

  // What a store replies to the next command; without one it is away.
  void store_replies(std::int64_t number) { replies_.push_back(number); }

  // The step ends, as a reload and the gateway's end have it.
  void stops() {
    start();
    if (plugin_.stop != nullptr) plugin_.stop(self_);
  }
  // Waits, and requests to target groups, that have not ended.
  [[nodiscard]] std::size_t under_way() const { return waiting_.size(); }

  // Runs a phase to its verdict.
  std::string run(gh_phase phase) {
    if (plugin_.call[phase] == nullptr) return "no such phase";
    start();
    std::uint32_t kind = plugin_.call[phase](self_, exchange(), memo_.get(), nullptr);
    if (kind == GH_SUSPEND) {
      resumed_.reset();
      while (!resumed_ && (!waiting_.empty() || take_posted())) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        next.second();
      }
      if (!resumed_) return "waits for ever";
      kind = *resumed_;
    }
    if (kind == GH_PASS) return "pass";
    return kind == GH_ANSWER ? "answer " + std::to_string(answer_->status) : "fail";
  }
  // What it says that it would do in a phase, in order: its words, "answer 403", "Name: value",
  // "without Name".
  std::vector<std::string> explain(gh_phase phase) {
    return explained(plugin_, config_, phase, exchange());
  }
  // Shows a piece of body to a phase; what goes on in its place.
  std::string run_body(gh_phase phase, std::string_view piece, bool is_last) {
    start();
    gh_body body{{piece.data(), piece.size()}, is_last ? 1U : 0U, 0, {}};
    static_cast<void>(plugin_.call[phase](self_, exchange(), memo_.get(), &body));
    const gh_text out = body.replaced != 0 ? body.out : body.bytes;
    return out.size == 0 ? std::string() : std::string(out.data, out.size);
  }

  // What was answered; only after "answer …".
  [[nodiscard]] const Answer& answer() const { return *answer_; }
  // A field of what the target gets, or the client; "": none.
  [[nodiscard]] std::string upstream(std::string_view name) const {
    return find(GH_UPSTREAM, name);
  }
  [[nodiscard]] std::string response(std::string_view name) const {
    return find(GH_RESPONSE_HEAD, name);
  }
  // The path and the body that steps gave the target; "": they left them.
  [[nodiscard]] const std::string& upstream_path() const { return upstream_path_; }
  [[nodiscard]] const std::string& upstream_body() const { return upstream_body_; }
  // Who is signed in now; "": nobody.
  [[nodiscard]] std::string identity() const { return identity_ ? identity_->first : ""; }
  [[nodiscard]] std::string value(const std::string& name) { return values_[name]; }
  void set_value(const std::string& name, std::string text) { values_[name] = std::move(text); }

 private:
  static Gateway*& here() {
    static Gateway* gateway = nullptr;
    return gateway;
  }
  gh_exchange* exchange() { return reinterpret_cast<gh_exchange*>(this); }
  [[nodiscard]] std::string find(std::uint32_t side, std::string_view name) const {
    for (const auto& [known, value] : heads_[side]) {
      if (same(known, name)) return value;
    }
    return {};
  }

  static void set(const gh_schema* schema, void* object, std::string_view key,
                  const gh_value& value) {
    const auto dot = key.find('.');
    for (std::size_t i = 0; schema != nullptr && i < schema->count; ++i) {
      const gh_field& field = schema->fields[i];
      if (text(field.name) != key.substr(0, dot)) continue;
      if (dot != std::string_view::npos)
        return set(field.section, field.enter(object), key.substr(dot + 1), value);
      return field.set(object, &value);
    }
    std::abort();  // the plugin has no such key
  }

  void start() {
    if (self_ == nullptr) {
      if (plugin_.make_shared != nullptr) shared_ = plugin_.make_shared(config_);
      self_ = plugin_.make(config_, shared_);
    }
    if (memo_ != nullptr || plugin_.memo_size == 0) return;
    memo_.reset(new char[plugin_.memo_size]);
    plugin_.make_memo(memo_.get());
  }
  void end_exchange() {
    waiting_.clear();
    if (memo_ != nullptr) {
      plugin_.cancel(self_, memo_.get());
      plugin_.free_memo(memo_.get());
    }
    memo_.reset();
    memory_.clear();
    values_.clear();
    identity_.reset();
    upstream_path_.clear();
    upstream_body_.clear();
  }
  // What another thread has posted, for which it is waited if there is one.
  bool take_posted() {
    std::unique_lock lock(posted_mutex_);
    if (!has_helpers_) return false;
    posted_more_.wait_for(lock, std::chrono::seconds(20), [this] { return !posted_.empty(); });
    for (auto& message : posted_) waiting_.emplace_back(0, std::move(message));
    posted_.clear();
    return !waiting_.empty();
  }
  gh_operation* later(std::function<void()> what) {
    waiting_.emplace_back(++operations_, std::move(what));
    return reinterpret_cast<gh_operation*>(operations_);
  }

  void fill() {
    fill_heads();
    fill_waits();
    host_.value = [](gh_exchange*, gh_text name, gh_text* out) {
      const auto at = here()->values_.find(text(name));
      if (at == here()->values_.end()) return 0;
      *out = text(at->second);
      return 1;
    };
    host_.set_value = [](gh_exchange*, gh_text name, gh_text value) {
      here()->values_[text(name)] = text(value);
    };
    host_.next_value = [](gh_exchange*, std::size_t place, gh_text* name, gh_text* value) {
      if (place >= here()->values_.size()) return 0;
      const auto at = std::next(here()->values_.begin(), static_cast<std::ptrdiff_t>(place));
      *name = text(at->first);
      *value = text(at->second);
      return 1;
    };
    host_.identity = [](gh_exchange*) -> const gh_identity* {
      if (!here()->identity_) return nullptr;
      auto& [id, roles] = *here()->identity_;
      here()->raw_roles_.clear();
      for (const auto& role : roles) here()->raw_roles_.push_back(text(role));
      here()->raw_identity_ = {text(id), {}, {}, here()->raw_roles_.data(), roles.size()};
      return &here()->raw_identity_;
    };
    host_.set_identity = [](gh_exchange*, const gh_identity* who) {
      auto& [id, roles] = here()->identity_.emplace(text(who->id), std::vector<std::string>());
      for (std::size_t i = 0; i < who->role_count; ++i) roles.push_back(text(who->roles[i]));
    };
    host_.worker_of = [](gh_exchange*) { return reinterpret_cast<gh_worker*>(here()); };
    host_.worker_number = [](gh_worker*) { return 0U; };
    host_.now_us = [](gh_worker*) { return here()->time_us_; };
    host_.wall_us = [](gh_worker*) { return here()->time_us_; };
    host_.address = [](gh_worker*) { return 0U; };
    host_.post = [](std::uint32_t, void (*call)(void*), void* user) {
      static_cast<void>(here()->later([=] { call(user); }));
      return 1;
    };
    host_.log = [](gh_text, int, gh_text) {};
    host_.address = [](gh_worker*) {
      here()->has_helpers_ = true;
      return 1U;
    };
    host_.post = [](std::uint32_t, void (*call)(void*), void* user) {
      const std::lock_guard lock(here()->posted_mutex_);
      here()->posted_.push_back([=] { call(user); });
      here()->posted_more_.notify_all();
      return 1;
    };
  }

  struct Heads {
    static Fields& of(std::uint32_t side) { return here()->heads_[side]; }
  };
  void fill_heads() {
    host_.request = [](gh_exchange*, gh_request* out) {
      *out = {};
      out->method = text(here()->method_);
      out->target = text(here()->target_);
      out->path = out->target;
      if (const auto mark = here()->target_.find('?'); mark != std::string::npos) {
        out->path.size = mark;
        out->query = {out->target.data + mark + 1, out->target.size - mark - 1};
      }
      out->content_length = here()->body_.size();
      out->has_body = here()->body_.empty() ? 0 : 1;
    };
    host_.method = [](gh_exchange*) { return text(here()->method_); };
    host_.header = [](gh_exchange*, std::uint32_t side, gh_text name, gh_text* out) {
      for (const auto& [known, value] : here()->heads_[side]) {
        if (!same(known, text(name))) continue;
        *out = text(value);
        return 1;
      }
      return 0;
    };
    host_.count_header = [](gh_exchange*, std::uint32_t side, gh_text name, gh_text* first) {
      std::size_t count = 0;
      for (const auto& [known, value] : here()->heads_[side]) {
        if (same(known, text(name)) && count++ == 0) *first = text(value);
      }
      return count;
    };
    host_.headers = [](gh_exchange*, std::uint32_t side, gh_field_line* to, std::size_t room) {
      const Fields& fields = here()->heads_[side];
      for (std::size_t i = 0; i < fields.size() && i < room; ++i)
        to[i] = {text(fields[i].first), text(fields[i].second)};
      return fields.size();
    };
    host_.remove_header = [](gh_exchange*, std::uint32_t side, gh_text name) {
      std::erase_if(here()->heads_[side], [&](const auto& f) { return same(f.first, text(name)); });
      return 1;
    };
    host_.add_header = [](gh_exchange*, std::uint32_t side, gh_text name, gh_text value) {
      for (const auto* framing : {"Content-Length", "Transfer-Encoding", "Connection"}) {
        if (same(text(name), framing)) return 0;
      }
      if (text(value).find_first_of("\r\n") != std::string::npos) return 0;
      here()->heads_[side].emplace_back(text(name), text(value));
      return 1;
    };
    host_.set_header = [](gh_exchange* x, std::uint32_t side, gh_text name, gh_text value) {
      here()->host_.remove_header(x, side, name);
      return here()->host_.add_header(x, side, name, value);
    };
    fill_fixed<Heads>(host_);
    host_.status = [](gh_exchange*) { return here()->response_status_; };
    host_.response_length = [](gh_exchange*) { return here()->response_length_; };
    host_.set_status = [](gh_exchange*, std::uint32_t status) {
      here()->response_status_ = status;
      return 1;
    };
    host_.set_path = [](gh_exchange*, gh_text path) {
      here()->upstream_path_ = text(path);
      return 1;
    };
    host_.upstream_target = [](gh_exchange* x, gh_text* path, gh_text* query) {
      gh_request client{};
      here()->host_.request(x, &client);
      *path = here()->upstream_path_.empty() ? client.path : text(here()->upstream_path_);
      *query = client.query;
    };
    host_.replace_body = [](gh_exchange*, gh_text body) {
      here()->upstream_body_ = text(body);
      return 1;
    };
    host_.client_text = [](gh_exchange*) { return text(here()->client_); };
    host_.client_address = [](gh_exchange*, std::uint8_t* out) {
      return address(here()->client_, out);
    };
    host_.peer_address = [](gh_exchange*, std::uint8_t* out) {
      return address(here()->peer_, out);
    };
    host_.reason = [](gh_exchange*) { return gh_text{"none", 4}; };
    host_.rewrite_body = [](gh_exchange*, std::uint32_t) {};
    host_.hide_parameter = [](gh_exchange*, gh_text) {};
    host_.allocate = [](gh_exchange*, std::size_t size, std::size_t) -> void* {
      return here()->memory_.emplace_back(new char[size + 1]).get();
    };
  }

  void fill_waits() {
    host_.answer = [](gh_exchange*, const gh_answer* said) { here()->answer_ = answer_of(*said); };
    host_.suspend = [](gh_exchange*) { return gh_ticket{}; };
    host_.resume = [](gh_ticket, std::uint32_t kind, const gh_answer* said) {
      if (said != nullptr) here()->host_.answer(here()->exchange(), said);
      here()->resumed_ = kind;
      return 1;
    };
    host_.read_body = [](gh_exchange*, std::uint64_t most, void (*done)(void*, int, gh_text),
                         void* user) {
      return here()->later(
          [=] { done(user, here()->body_.size() <= most ? 1 : 0, text(here()->body_)); });
    };
    host_.sleep = [](gh_worker*, std::uint64_t, void (*done)(void*), void* user) {
      return here()->later([=] { done(user); });
    };
    host_.fetch = [](gh_worker*, const gh_fetch* ask, void (*done)(void*, const gh_fetched*),
                     void* user) {
      std::string asked = text(ask->method) + ' ' + text(ask->path) + '\n';
      for (std::size_t i = 0; i < ask->header_count; ++i)
        asked += text(ask->headers[i].name) + ": " + text(ask->headers[i].value) + '\n';
      here()->asked_.push_back(asked + '\n' + text(ask->body));
      return here()->later([=] {
        Answer answer{0, {}, {}, "no_target"};
        if (!here()->fetches_.empty()) {
          answer = std::move(here()->fetches_.front());
          here()->fetches_.pop_front();
        }
        std::vector<gh_field_line> lines;
        for (const auto& [name, value] : answer.headers) lines.push_back({text(name), text(value)});
        const gh_fetched fetched{text(answer.reason), text(answer.body), lines.data(), lines.size(),
                                 answer.status};
        done(user, &fetched);
      });
    };
    host_.command = [](gh_worker*, const gh_command*, void (*done)(void*, gh_text, const gh_reply*),
                       void* user) {
      return here()->later([=] {
        if (here()->replies_.empty()) return done(user, {"store_unavailable", 17}, nullptr);
        const gh_reply reply{GH_NUMBER, here()->replies_.front(), {}, nullptr, 0};
        here()->replies_.pop_front();
        done(user, {}, &reply);
      });
    };
    host_.step_name = [](gh_exchange*) { return here()->plugin_.name; };
    host_.cancel = [](gh_operation* operation) {
      std::erase_if(here()->waiting_, [&](const auto& waiting) {
        return waiting.first == reinterpret_cast<std::uintptr_t>(operation);
      });
    };
  }

  const gh_plugin& plugin_;
  gh_host host_{};
  void* config_ = nullptr;
  void* shared_ = nullptr;
  void* self_ = nullptr;
  std::unique_ptr<char[]> memo_;
  std::vector<std::unique_ptr<char[]>> memory_;
  std::vector<Fields> heads_;
  std::string method_, target_, body_, upstream_path_, upstream_body_;
  std::string client_ = "127.0.0.1", peer_ = "127.0.0.1";
  std::int64_t time_us_ = 0;
  std::optional<std::pair<std::string, std::vector<std::string>>> identity_;
  gh_identity raw_identity_{};
  std::vector<gh_text> raw_roles_;
  std::uint32_t response_status_ = 200;
  std::uint64_t response_length_ = UINT64_MAX;
  std::optional<Answer> answer_;
  std::optional<std::uint32_t> resumed_;
  std::deque<std::pair<std::uintptr_t, std::function<void()>>> waiting_;
  std::uintptr_t operations_ = 0;
  std::deque<Answer> fetches_;
  std::vector<std::string> asked_;
  std::deque<std::int64_t> replies_;
  std::map<std::string, std::string> values_;
  std::mutex posted_mutex_;
  std::condition_variable posted_more_;
  std::vector<std::function<void()>> posted_;  // by other threads
  bool has_helpers_ = false;
};

}  // namespace gatehouse::testing

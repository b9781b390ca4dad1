// A policy run as a step of a chain, with an exchange that a test makes: no socket, the real Lua.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "config/document.h"
#include "config/schema.h"
#include "event/loop.h"
#include "http/h1/request.h"
#include "policy/policy_step.h"
#include "policy/script.h"

namespace gatehouse::test {

// What a worker gives its steps.
class FakeServices final : public exchange::Services {
 public:
  [[nodiscard]] event::Loop& loop() override { return loop_; }
  [[nodiscard]] exchange::WaitTable& waits() override { return waits_; }
  [[nodiscard]] exchange::Callee group_named(std::string_view) override { return {}; }
  [[nodiscard]] client::Redis* redis_named(std::string_view) override { return nullptr; }
  FakeClock clock;

 private:
  event::Loop loop_{clock};
  exchange::WaitTable waits_;
};

class FakeExchange final : public exchange::Exchange, private exchange::Waiting {
 public:
  // `fields`: whole lines, each with its CRLF.
  FakeExchange(FakeServices& services, std::string_view first_line, std::string_view fields)
      : services_(services),
        bytes_(std::string(first_line) + " HTTP/1.1\r\nHost: shop.test\r\n" + std::string(fields) +
               "\r\n") {
    http::h1::HeadScan scan;
    const auto parse = http::h1::parse_request(bytes_, {}, arena, request, scan);
    if (parse.status != http::h1::Parse::Status::complete) throw std::invalid_argument(bytes_);
    space = &space_;
    space_.services = &services;
    upstream.start(request.fields());
    upstream_path = request.path;
    rule = "api";
    id = "id-1";
    client = *net::IpAddress::parse("192.0.2.7");
    peer = *net::IpAddress::parse("198.51.100.1");
  }
  [[nodiscard]] exchange::Ticket ticket() override {
    if (!ticket_) ticket_ = services_.waits().open(*this);
    return *ticket_;
  }
  [[nodiscard]] bool may_edit(exchange::Side side) const override {
    return side == exchange::Side::upstream || response_status != 0;
  }
  [[nodiscard]] std::string_view scheme() const override { return "http"; }
  [[nodiscard]] std::uint32_t rule_priority() const override { return 7; }
  [[nodiscard]] std::string_view target_group() const override { return "shop"; }

  // What a wait was ended with.
  std::optional<exchange::Verdict> resumed;

 private:
  [[nodiscard]] exchange::Exchange& waiting_exchange() override { return *this; }
  void on_resume(exchange::Verdict verdict) override {
    ticket_.reset();
    resumed = verdict;
  }

  FakeServices& services_;
  std::string bytes_;
  exchange::StepSpace space_;
  std::optional<exchange::Ticket> ticket_;
};

// A policy of a test, started on one worker.
class Policy {
 public:
  // `with`: as YAML.
  explicit Policy(std::string text, std::string with = "{}", config::PluginUse use = {})
      : Policy(std::make_shared<FakeServices>(), std::move(text), std::move(with), std::move(use)) {
  }
  // On the same worker as another.
  Policy(std::shared_ptr<FakeServices> services, std::string text, std::string with = "{}",
         config::PluginUse use = {})
      : services_(std::move(services)) {
    auto loaded =
        policy::Script::load({"policies/x.lua", std::move(text)}, [](const std::string& name) {
          return tl::make_unexpected(policy::Refusal{"there is no module " + name, {}});
        });
    if (!loaded) throw std::invalid_argument(loaded.error().why);
    config::Diagnostics said;
    const config::Document document(with, said);
    const Source source;
    config::Reader reader(document, source, said);
    if (use.key.empty()) use.key = "api/policies/x.lua";
    use.type = *loaded;
    use.values = (*loaded)->make();
    (*loaded)->read(reader, document.root(), *use.values);
    if (!said.empty()) throw std::invalid_argument(said.front().message);
    step_ = std::make_unique<policy::PolicyStep>(use, *loaded,
                                                 policy::PolicyStep::content_of(use, **loaded));
    step_->start(*services_);
  }
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
  ~Policy() { step_->stop(*services_); }

  [[nodiscard]] std::unique_ptr<FakeExchange> exchange(std::string_view first_line = "GET /",
                                                       std::string_view fields = {}) {
    return std::make_unique<FakeExchange>(*services_, first_line, fields);
  }
  exchange::Verdict request(FakeExchange& x) { return step_->on_request(x); }
  exchange::Verdict response(FakeExchange& x) { return step_->on_response(x); }
  // What it decides, in words: "pass", "wait", or the status, its reason and what the client reads.
  std::string decides(std::string_view first_line = "GET /", std::string_view fields = {}) {
    const auto x = exchange(first_line, fields);
    return in_words(request(*x));
  }
  [[nodiscard]] static std::string in_words(const exchange::Verdict& verdict) {
    if (verdict.kind == exchange::Verdict::Kind::pass) return "pass";
    if (verdict.kind == exchange::Verdict::Kind::suspend) return "wait";
    std::string out = std::to_string(verdict.status) + ' ' + std::string(word(verdict.reason));
    for (const auto& field : verdict.fields)
      out += " [" + std::string(field.name()) + ": " + std::string(field.value()) + ']';
    if (!verdict.body.empty()) out += ' ' + std::string(verdict.body);
    return out;
  }
  [[nodiscard]] policy::PolicyStep& step() { return *step_; }
  [[nodiscard]] std::shared_ptr<FakeServices> services() const { return services_; }

 private:
  struct Source final : config::Source {
    [[nodiscard]] std::optional<std::string> environment(const std::string&) const override {
      return std::nullopt;
    }
    [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
      return fail("open " + path);
    }
  };
  std::shared_ptr<FakeServices> services_;
  std::unique_ptr<policy::PolicyStep> step_;
};

// A policy whose request phase is `body`.
[[nodiscard]] inline std::string request_phase(const std::string& body) {
  return "return { request = function(x, with) " + body + " end }";
}

}  // namespace gatehouse::test

// Rules from the words of routes.yaml, and requests to ask them with.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "lib/h1_feed.h"
#include "routing/rule_table.h"

namespace gatehouse::test {

// Nothing in the environment, no file.
struct NoSource final : config::Source {
  [[nodiscard]] std::optional<std::string> environment(const std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    return fail("open " + path);
  }
};

// A request as it comes from the wire.
struct Ask {
  std::string target = "/";
  std::vector<std::string> fields = {};
  std::string method = "GET";
  std::string host = "a.test";
  std::string source = "192.0.2.1";
  std::string client = "";  // the same as `source`
};

// The request, parsed; `subject` looks into it.
class Asked {
 public:
  explicit Asked(const Ask& ask)
      : source_(config::parse_block(ask.source)),
        client_(config::parse_block(ask.client.empty() ? ask.source : ask.client)) {
    std::string text = ask.method + " " + ask.target + " HTTP/1.1\r\nHost: " + ask.host + "\r\n";
    for (const auto& field : ask.fields) text += field + "\r\n";
    feed_request(text + "\r\n", {}, {}, fed_);
    if (!fed_.complete()) throw std::runtime_error("no valid request: " + text);
  }
  [[nodiscard]] routing::Subject subject() const {
    return {fed_.head, bytes(source_), bytes(client_)};
  }

 private:
  static routing::AddressBytes bytes(const std::optional<config::AddressBlock>& block) {
    if (!block) return {};
    return {block->first.data(), block->v6 ? std::size_t{16} : std::size_t{4}};
  }
  Fed<http::RequestHead> fed_;
  std::optional<config::AddressBlock> source_;
  std::optional<config::AddressBlock> client_;
};

// A table of rules, each given by its `when`; the first has the highest priority.
class Routes {
 public:
  explicit Routes(const std::vector<std::string>& whens) {
    std::string text = "version: 1\nroutes:\n";
    for (std::size_t i = 0; i < whens.size(); ++i) {
      text += "  - {name: r" + std::to_string(i) + ", priority: " + std::to_string(i + 1) +
              ", when: " + whens[i] + ", action: {respond: {status: 200}}}\n";
    }
    loaded_ = config::load(text, NoSource());
    if (!loaded_.good()) {
      throw std::runtime_error(config::render(loaded_.diagnostics, "routes.yaml", text));
    }
    std::vector<routing::RuleInput> inputs;
    for (const auto& route : loaded_.spec.routes) {
      inputs.push_back({static_cast<std::uint32_t>(inputs.size()), route.priority.value,
                        routing::Conditions(route.when)});
    }
    for (const auto& input : inputs) conditions_.push_back(input.conditions);
    table_ = routing::RuleTable(std::move(inputs));
  }

  // The place of the rule that decides, or -1.
  [[nodiscard]] int hit(const Ask& ask) { return hit(Asked(ask).subject()); }
  [[nodiscard]] int hit(const routing::Subject& subject) {
    const std::uint32_t rule = table_.match(subject, scratch_);
    return rule == routing::kNoRule ? -1 : static_cast<int>(rule);
  }
  // The same, found by trying one rule after another.
  [[nodiscard]] int tried(const routing::Subject& subject) const {
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (conditions_[i].hold(subject)) return static_cast<int>(table_.places()[i].rule);
    }
    return -1;
  }
  [[nodiscard]] const routing::RuleTable& table() const { return table_; }
  [[nodiscard]] const config::Diagnostics& diagnostics() const { return loaded_.diagnostics; }

 private:
  config::Loaded loaded_;
  std::vector<routing::Conditions> conditions_;  // as they were read; here, priorities are orders
  routing::RuleTable table_;
  routing::Scratch scratch_;
};

}  // namespace gatehouse::test

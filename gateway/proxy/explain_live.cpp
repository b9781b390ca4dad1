#include "proxy/explain_live.h"

#include <algorithm>
#include <cstdio>

#include "http/outgoing.h"
#include "observe/escape.h"
#include "proxy/explain_pass.h"
#include "routing/explain.h"

namespace gatehouse::proxy {
namespace {

constexpr std::size_t kLongestText = 256;    // of one value; the rest of it is left out
constexpr std::size_t kLongestField = 4096;  // what proxies and clients take in one line
constexpr std::size_t kLargestHead = 61440;  // of the answer: all of it must fit into 64 KiB

std::string json_text(std::string_view value) {
  std::string ascii(value.substr(0, kLongestText));
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  std::string out = "\"";
  observe::append_json_text(out, ascii);
  return out += value.size() > kLongestText ? "...\"" : "\"";
}

// Members of a JSON object, one after the other.
class Json {
 public:
  Json& text(std::string_view key, std::string_view value) { return raw(key, json_text(value)); }
  Json& number(std::string_view key, std::uint64_t value) {
    begin(key) += std::to_string(value);
    return *this;
  }
  Json& raw(std::string_view key, const std::string& value) {
    begin(key) += value;
    return *this;
  }
  [[nodiscard]] std::string object() const { return "{" + out_ + "}"; }

 private:
  std::string& begin(std::string_view key) {
    if (!out_.empty()) out_ += ',';
    out_.append("\"").append(key).append("\":");
    return out_;
  }
  std::string out_;
};

std::string action_of(const exchange::Exchange& x, const Routed& routed) {
  Json out;
  if (const auto* redirect = routed.rule->action.as<snapshot::Redirect>()) {
    return Json()
        .raw("redirect", Json()
                             .number("status", redirect->status)
                             .text("location", routed.redirect_url)
                             .object())
        .object();
  }
  if (const auto* respond = routed.rule->action.as<snapshot::Respond>())
    return Json().raw("respond", Json().number("status", respond->status).object()).object();
  if (routed.rule->action.as<snapshot::Serve>() != nullptr)
    return Json().text("handler", routed.rule->chain->handler()->name()).object();
  Json groups;
  for (const auto& to : routed.rule->action.as<snapshot::Forward>()->groups)
    groups.number(to.group, to.weight);
  out.raw("forward", groups.object());
  if (const auto host = x.upstream.get("Host")) out.text("host", *host);
  std::string target(x.upstream_path);
  if (x.request.has_query) target.append("?").append(x.request.query);
  return out.text("target", target).object();
}

std::string steps_of(const snapshot::Rule& rule) {
  std::string out;
  if (rule.chain == nullptr) return "[]";
  for (const auto& [phase, steps] : plugin::steps_by_phase(*rule.chain)) {
    std::string names;
    for (const auto& name : steps) names += (names.empty() ? "" : ",") + json_text(name);
    if (!out.empty()) out += ',';
    out += Json().text("phase", phase).raw("steps", "[" + names + "]").object();
  }
  return "[" + out + "]";
}

bool gateway_refused(const exchange::Exchange& x) { return row(x.reason).fault != Fault::none; }

Json said(const exchange::Exchange& x, const Routed& routed) {
  Json out;
  out.number("generation", routed.snapshot.generation)
      .text("listener", routed.listener.name)
      .text("method", routing::matched_method(x.request))
      .text("host", x.request.host_name)
      .text("path", x.request.match_path)
      .text("client_ip", x.client.ip_text());
  if (routed.rule == nullptr) {
    out.raw("rule", "null");
  } else {
    out.text("rule", routed.rule->name).number("priority", routed.rule->priority);
    out.raw("steps", steps_of(*routed.rule)).raw("action", action_of(x, routed));
  }
  if (routed.to != nullptr) {
    out.raw("went_to", Json()
                           .text("group", routed.to->group)
                           .text("target", routed.target)
                           .number("attempts", routed.attempts)
                           .object());
  }
  if (gateway_refused(x)) {
    out.raw("refused",
            Json().number("status", x.response_status).text("reason", row(x.reason).word).object());
  }
  return out;
}

std::string tried(const snapshot::Rule& rule, const routing::Failure& failure) {
  return Json()
      .number("priority", rule.priority)
      .text("name", rule.name)
      .text("condition", failure.condition)
      .text("wanted", failure.wanted)
      .text("saw", failure.saw)
      .object();
}

// Rules in front of the one that decided, while there is room; and how many are left out.
void add_rules(const exchange::Exchange& x, const Routed& routed, std::size_t room, Json& out) {
  const routing::Subject subject{x.request, x.peer.significant(), x.client.significant()};
  const auto& table = routed.listener.table;
  std::string rules;
  std::size_t left_out = 0;
  for (std::uint32_t i = 0; i < table.places().size(); ++i) {
    const snapshot::Rule& rule = *routed.listener.rules[table.places()[i].rule];
    if (&rule == routed.rule) break;
    const auto failure =
        left_out == 0 ? routing::first_failure(table.conditions(i), subject) : std::nullopt;
    const std::string one = failure ? tried(rule, *failure) : "";
    if (!failure || rules.size() + one.size() + 1 > room) {
      ++left_out;
      continue;
    }
    rules += (rules.empty() ? "" : ",") + one;
  }
  out.raw("rules", "[" + rules + "]");
  if (left_out != 0) out.number("rules_left_out", left_out);
}

template <typename Fields>
std::size_t size_of(const Fields& fields) {
  std::size_t size = 0;
  for (const auto& field : fields) size += field.line().size();
  return size;
}

}  // namespace

std::string explain_routed(const exchange::Exchange& x, const Routed& routed, std::size_t room) {
  constexpr std::size_t kRest = 64;  // the names of what follows, and a number
  Json out = said(x, routed);
  const std::size_t used = out.object().size() + kRest;
  if (used > room) return "";
  add_rules(x, routed, room - used, out);
  return out.object();
}

bool may_explain(const exchange::Exchange& x, const snapshot::Snapshot& snapshot,
                 std::int64_t now) {
  const auto& signer = snapshot.explain_signer;
  const http::Field* pass = x.request.find(http::FieldId::x_gatehouse_explain);
  return signer && pass != nullptr && pass_is_good(pass->value(), *signer, x.request, now);
}

void append_times(exchange::Exchange& x, const exchange::StepTimes& times) {
  std::string text;
  for (const auto* one = times.first; one != nullptr && text.size() < kLongestField;
       one = one->next) {
    for (const auto& [metric, us] :
         {std::pair("policy", one->wall_us), std::pair("policy_cpu", one->cpu_us)}) {
      char milliseconds[32];
      std::snprintf(milliseconds, sizeof milliseconds, "%.3f", static_cast<double>(us) / 1000);
      text.append(text.empty() ? "" : ", ").append(metric).append(";dur=").append(milliseconds);
      text.append(";desc=\"");
      for (const char c : one->step) text += c == '"' || c == '\\' ? '_' : c;
      text.append(" ").append(one->phase).append("\"");
    }
  }
  if (!text.empty()) x.response.append("Server-Timing", text);
}

void explain_live(exchange::Exchange& x, const Routed& routed, std::int64_t now) {
  if (!may_explain(x, routed.snapshot, now)) return;
  x.response.drop(http::FieldId::x_gatehouse_explain);
  const std::size_t used = size_of(x.response.fields()) + size_of(x.response.extra());
  const std::size_t room = kLargestHead - std::min(used, kLargestHead);
  const std::string text = explain_routed(x, routed, std::min(room, kLongestField));
  if (!text.empty()) x.response.append(kExplainHeader, text);
}

}  // namespace gatehouse::proxy

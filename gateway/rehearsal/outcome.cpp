#include "rehearsal/outcome.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/reason.h"
#include "config/diagnostic.h"
#include "config/regex.h"

namespace gatehouse::rehearsal {
namespace {

// A header by its name; several of one as a list.
Json headers_of(const Fields& fields) {
  Json out = Json::object();
  for (const auto& [name, value] : fields) {
    if (!out.contains(name)) {
      out[name] = value;
      continue;
    }
    if (!out[name].is_array()) out[name] = Json::array({out[name]});
    out[name].push_back(value);
  }
  return out;
}

void add_body(Json& out, const std::string& body) {
  out["body"] = body;
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_discarded()) out["json"] = std::move(json);
}

Json request_of(const TargetDoubles::Asked& asked) {
  Json out;
  out["group"] = asked.group;
  out["method"] = asked.request.method;
  out["path"] = asked.request.target;
  out["headers"] = headers_of(asked.request.fields);
  add_body(out, asked.request.body);
  return out;
}

// Whether a step has ended the exchange, rather than its rule's action or a target.
bool is_refusal(Reason reason) {
  switch (reason) {
    case Reason::none:
    case Reason::redirected:
    case Reason::responded:
      return false;
    default:
      return row(reason).fault != Fault::target;
  }
}

std::string shown(const Json& value) {
  std::string out = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t kMost = 300;
  return out.size() <= kMost ? out : out.substr(0, kMost) + "…";
}

class Comparison {
 public:
  explicit Comparison(std::vector<Difference>& out) : out_(out) {}

  void run(const Json* seen, const Json& expected, const std::string& at, bool headers) {
    const bool nothing = expected.is_null() || expected == false;
    if (nothing) return none(seen, at);
    if (seen == nullptr || seen->is_null()) return say(at, expected, "nothing");
    if (expected.is_object() && expected.size() == 1 && expected.contains("matches"))
      return matches(*seen, expected["matches"], at);
    if (expected.is_object()) return keys(*seen, expected, at, headers);
    if (expected.is_array()) return items(*seen, expected, at);
    if (!same(*seen, expected)) say(at, expected, shown(*seen));
  }

 private:
  void say(const std::string& at, const Json& expected, const std::string& seen) {
    out_.push_back({at, name(at) + ": expected " + shown(expected) + ", got " + seen});
  }
  void none(const Json* seen, const std::string& at) {
    const bool there = seen != nullptr && !seen->is_null() && *seen != false;
    if (there) out_.push_back({at, name(at) + ": expected nothing, got " + shown(*seen)});
  }
  // "/upstream/headers/X-A" as "upstream.headers.X-A".
  static std::string name(const std::string& at) {
    std::string out = at.empty() ? "value" : at.substr(1);
    std::replace(out.begin(), out.end(), '/', '.');
    return out;
  }
  static bool same(const Json& seen, const Json& expected) {
    if (seen == expected) return true;
    if (seen.is_structured() || expected.is_structured()) return false;
    const auto text = [](const Json& value) {
      return value.is_string() ? value.get<std::string>() : value.dump();
    };
    return text(seen) == text(expected);
  }
  static const Json* find(const Json& seen, const std::string& key, bool ignore_case) {
    if (!seen.is_object()) return nullptr;
    if (const auto at = seen.find(key); at != seen.end()) return &*at;
    for (const auto& [name, value] : seen.items()) {
      if (ignore_case && ascii::equals_ignoring_case(name, key)) return &value;
    }
    return nullptr;
  }
  void matches(const Json& seen, const Json& pattern, const std::string& at) {
    const auto regex =
        config::compile_regex(pattern.is_string() ? pattern.get<std::string>() : "", false);
    if (!regex) throw Mistake("`matches`: " + regex.error().text());
    if (!seen.is_string() || !re2::RE2::PartialMatch(seen.get<std::string>(), **regex))
      out_.push_back(
          {at, name(at) + ": expected a match of " + shown(pattern) + ", got " + shown(seen)});
  }
  void keys(const Json& seen, const Json& expected, const std::string& at, bool headers) {
    if (!seen.is_object()) {
      if (!(seen.is_array() && seen.empty() && expected.empty())) say(at, expected, shown(seen));
      return;
    }
    for (const auto& [key, value] : expected.items())
      run(find(seen, key, headers), value, std::string(at).append("/").append(key),
          key == "headers");
  }
  void items(const Json& seen, const Json& expected, const std::string& at) {
    if (!seen.is_array() || seen.size() != expected.size()) return say(at, expected, shown(seen));
    for (std::size_t i = 0; i < seen.size(); ++i)
      run(&seen[i], expected[i], at + '/' + std::to_string(i), false);
  }

  std::vector<Difference>& out_;
};

}  // namespace

Json outcome_of(const observe::AccessRecord& record, const Message& answer,
                const std::vector<TargetDoubles::Asked>& asked) {
  Json out;
  out["rule"] = record.rule.empty() ? Json() : Json(record.rule);
  out["verdict"] = is_refusal(record.reason) ? std::string(word(record.reason)) : "pass";
  out["reason"] = word(record.reason);
  out["status"] = answer.status;
  out["headers"] = headers_of(answer.fields);
  add_body(out, answer.body);
  out["upstream"] = Json();
  out["fetched"] = Json::array();
  for (const auto& each : asked) {
    // What steps ask has no X-Request-ID: it is no exchange.
    const std::string* id = each.request.field("X-Request-ID");
    const bool forwarded = each.group == record.group && id != nullptr && *id == record.request_id;
    if (forwarded) {
      out["upstream"] = request_of(each);
    } else {
      out["fetched"].push_back(request_of(each));
    }
  }
  return out;
}

std::vector<Difference> differences(const Json& seen, const Json& expected) {
  std::vector<Difference> out;
  if (seen.is_object() && seen.contains("verdict")) {
    only_keys(expected, "an outcome",
              {"rule", "verdict", "reason", "status", "headers", "body", "json", "upstream",
               "fetched", "log"});
    if (expected.contains("upstream") && expected["upstream"].is_object())
      only_keys(expected["upstream"], "`upstream`",
                {"group", "method", "path", "headers", "body", "json"});
  }
  Comparison(out).run(&seen, expected, "", false);
  return out;
}

}  // namespace gatehouse::rehearsal

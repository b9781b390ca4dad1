#include "rehearsal/shadow_tests.h"

#include <map>
#include <optional>

#include "config/terminal.h"
#include "rehearsal/stage.h"
#include "rehearsal/test_spec.h"
#include "rehearsal/yaml_text.h"

namespace gatehouse::rehearsal {
namespace {

constexpr char kHead[] =
    R"(# What policies in shadow would have ended, exported from the running gateway for `gatehouse test`.
# `enforce` runs a policy as if it were not in shadow. Credentials were not kept: they are "redacted".
)";

// What came of a case.
struct Tried {       // NOLINT(bugprone-exception-escape): Json's move asserts
  Json test;         // null: it did not come out as it did
  std::string seen;  // what happened instead
};

class Cases {
 public:
  explicit Cases(const std::string& config) : spec_(spec_of(config, Json::object())) {}

  ShadowTests run(const Json& said) {
    ShadowTests out;
    std::string tests;
    std::string comments;
    for (const auto& one : said) {
      const Tried tried = try_out(one);
      if (tried.test.is_null()) {
        ++out.left_out;
        comments += comment(one, tried.seen);
        continue;
      }
      ++out.tests;
      std::string text = yaml_of(tried.test, "    ");
      text[2] = '-';
      tests += text;
    }
    out.yaml = kHead + ("tests:" + (tests.empty() ? " []\n" : "\n" + tests)) + comments;
    return out;
  }

 private:
  Tried try_out(const Json& one) {
    Json test = {{"name", ""}, {"enforce", one["policy"]}, {"clock", one["time"]}};
    if (one.contains("answers")) test["answers"] = one["answers"];
    test["request"] = one["request"];
    Tried out;
    try {
      const config::Spec& spec = enforcing(one["policy"].get<std::string>());
      // Where it came in is not known, and matters only if rules differ.
      for (std::size_t i = 0; i <= spec.listeners.size(); ++i) {
        if (i > 0) test["request"]["listener"] = spec.listeners[i - 1].name;
        const Json seen = outcome(spec, test);
        const bool same = seen["rule"] == one["rule"] && seen["status"] == one["status"];
        if (same && is_ended(one, seen)) {
          out.test = finished(std::move(test), one, seen);
          return out;
        }
        if (out.seen.empty()) out.seen = "is answered " + seen["status"].dump();
      }
    } catch (const std::exception& error) {
      out.seen = error.what();
    }
    return out;
  }

  // By a step, before it went anywhere; a phase `response` comes later.
  static bool is_ended(const Json& one, const Json& seen) {
    return one["phase"] != "request" || seen["upstream"].is_null();
  }

  static Json outcome(const config::Spec& spec, const Json& test) {
    Stage stage(spec);
    stage.set_clock(test["clock"].get<std::string>());
    if (test.contains("answers")) {
      for (const auto& [group, answers] : test["answers"].items()) {
        for (const auto& answer : answers) stage.answers(group, answer);
      }
    }
    return stage.request(test["request"]);
  }

  static Json finished(Json test, const Json& one, const Json& seen) {
    test["name"] = label(one) + " would be " + seen["verdict"].get<std::string>() + ", " +
                   one["status"].dump();
    test["expect"] = {
        {"rule", seen["rule"]}, {"verdict", seen["verdict"]}, {"status", seen["status"]}};
    if (one["phase"] == "request") test["expect"]["upstream"] = Json();
    return test;
  }

  // "GET http://shop.test/trial by u1"
  static std::string label(const Json& one) {
    const Json& request = one["request"];
    std::string out =
        request["method"].get<std::string>() + ' ' + request["url"].get<std::string>();
    if (request.contains("identity")) out += " by " + request["identity"]["id"].get<std::string>();
    return out;
  }

  static std::string comment(const Json& one, const std::string& seen) {
    std::string why;
    for (const auto& each : one["left_out"])
      why += (why.empty() ? "" : ", ") + each.get<std::string>();
    const std::string text = label(one) + ": " + one["policy"].get<std::string>() +
                             " would answer " + one["status"].dump() + "; tried out, it " + seen +
                             (why.empty() ? "" : ", without: " + why);
    return "# no test: " + config::shown(text) + '\n';
  }

  const config::Spec& enforcing(const std::string& policy) {
    const auto at = enforcing_.find(policy);
    return at != enforcing_.end()
               ? at->second
               : enforcing_.emplace(policy, enforced(spec_, policy)).first->second;
  }

  const config::Spec spec_;
  std::map<std::string, config::Spec> enforcing_;
};

}  // namespace

ShadowTests shadow_tests(const Json& said, const std::string& config) {
  return Cases(config).run(said);
}

}  // namespace gatehouse::rehearsal

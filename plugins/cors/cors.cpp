// Which pages of other origins may read answers: asked before any other step, said on every answer.
#include <gatehouse/plugin.hpp>

#include "answer.h"
#include "config.h"

namespace cors {

using namespace gatehouse;

struct Cors {
  using Config = cors::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) { cors::check(config, problems); }

  const Config& config;
  Answers answers{config};
  Counter preflights{}, allowed{}, refused{};
  static constexpr auto metrics =
      gatehouse::metrics(metric("preflights", &Cors::preflights, "preflight requests"),
                         metric("allowed", &Cors::allowed, "requests of origins that are allowed"),
                         metric("refused", &Cors::refused, "requests of origins that are not"));

  // Origin may be empty: a browser that sends a method to ask for means it all the same.
  Verdict on_preflight(Exchange& x) {
    const Request request = x.request();
    if (request.method() != "OPTIONS") return pass();
    const Headers headers = request.headers();
    const auto origin = headers.find("Origin");
    if (!origin || !headers.has("Access-Control-Request-Method")) return pass();
    ++preflights;
    count(*origin);
    if (config.mode == Mode::report) return pass();
    Verdict verdict = Verdict(204, {}).body({}, {});
    answers.preflight({*origin, headers.get("Access-Control-Request-Headers"),
                       headers.get("Access-Control-Request-Private-Network") == "true"},
                      [&](std::string_view name, std::string_view value) {
                        verdict = std::move(verdict).header(name, value);
                      });
    return verdict;
  }

  Verdict on_response(Exchange& x) {
    const Request request = x.request();
    const auto origin = request.headers().find("Origin");
    const bool is_preflight = request.method() == "OPTIONS" && origin &&
                              request.headers().has("Access-Control-Request-Method");
    if (is_preflight) return pass();  // answered above, or, in report, by the target
    if (origin) count(*origin);
    if (config.mode == Mode::report) return pass();
    const EditableHeaders headers = x.response().headers();
    replace(headers);
    if (origin) {
      answers.response(*origin, [&](std::string_view name, std::string_view value) {
        headers.set(name, value);
      });
    }
    const std::string vary = vary_with_origin(headers.get("Vary"));
    if (!vary.empty()) headers.set("Vary", vary);
    return pass();
  }

 private:
  void count(std::string_view origin) {
    if (answers.allows(origin)) {
      ++allowed;
    } else {
      ++refused;
    }
  }

  // What the target says about it does not count.
  static void replace(const EditableHeaders& headers) {
    for (const std::string_view name :
         {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
          "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
          "Access-Control-Expose-Headers", "Access-Control-Max-Age",
          "Access-Control-Allow-Private-Network"}) {
      headers.remove(name);
    }
  }
};

}  // namespace cors

GATEHOUSE_PLUGIN(cors::Cors, "cors", "1.0.0", "lets pages of other origins read answers")

// Which pages of other origins may read answers: asked before any other step, said on every answer.
#include <gatehouse/plugin.hpp>

#include "answer.h"
#include "config.h"
#include "fixed_answers.h"

namespace cors {

using namespace gatehouse;

struct Cors {
  using Config = cors::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) { cors::check(config, problems); }
  static void explain(const Config& config, Explained& would) { cors::explain(config, would); }

  const Config& config;
  Answers answers{config};
  FixedAnswers fixed{config, answers};
  Counter preflights{}, allowed{}, refused{};
  static constexpr auto metrics =
      gatehouse::metrics(metric("preflights", &Cors::preflights, "preflight requests"),
                         metric("allowed", &Cors::allowed, "requests of origins that are allowed"),
                         metric("refused", &Cors::refused, "requests of origins that are not"));

  Verdict on_preflight(Exchange& x) {
    const Request request = x.request();
    if (!is_preflight(request)) return pass();
    const Headers headers = request.headers();
    const std::string_view origin = headers.get("Origin");
    ++preflights;
    count(origin);
    if (config.mode == Mode::report) return pass();
    Verdict verdict = Verdict(204, {}).body({}, {});
    answers.preflight({origin, headers.get("Access-Control-Request-Headers"),
                       headers.get("Access-Control-Request-Private-Network") == "true"},
                      [&](std::string_view name, std::string_view value) {
                        verdict = std::move(verdict).header(name, value);
                      });
    return verdict;
  }

  Verdict on_response(Exchange& x) {
    const Request request = x.request();
    if (is_preflight(request)) return pass();  // answered above, or, in report, by the target
    const auto origin = request.headers().find("Origin");
    const FixedAnswer* known = origin ? fixed.of(*origin) : &fixed.none;
    if (known == nullptr) {
      count(*origin);
    } else if (origin) {
      ++allowed;
    }
    if (config.mode == Mode::report) return pass();
    const EditableHeaders headers = x.response().headers();
    headers.remove(fixed.replaced);
    if (known == nullptr) {
      answers.response(*origin, [&](std::string_view name, std::string_view value) {
        headers.add(name, value);
      });
      known = &fixed.none;
    }
    if (!headers.has("Vary")) {
      headers.add(known->with_vary);
    } else {
      headers.add(known->alone);
      const std::string vary = vary_with_origin(vary_of(headers));
      if (!vary.empty()) headers.set("Vary", vary);
    }
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
};

}  // namespace cors

GATEHOUSE_PLUGIN(cors::Cors, "cors", "1.0.0", "lets pages of other origins read answers")

// Tells those who still use an old version since when it is old and until when it is there.
#include <gatehouse/plugin.hpp>

#include "date.h"

namespace deprecation {

using namespace gatehouse;

enum class After : std::uint8_t { serve, gone };

struct Deprecation {
  struct Config {
    std::string since;
    std::string sunset;
    std::string link;
    std::string successor;
    After after_sunset = After::serve;
  };
  static constexpr auto schema = fields(
      field("since", &Config::since, example("\"2026-06-01\""),
            "when it was, or will be, deprecated"),
      field("sunset", &Config::sunset, example("\"2027-01-01\""),
            "from when on it may not be there any more"),
      field("link", &Config::link, example("https://docs.example.com/v1"), "a page about it"),
      field("successor", &Config::successor, example("/api/v2/"), "what is used in its place"),
      field("after_sunset", &Config::after_sunset, one_of("serve", "gone"),
            "gone: 410 from then on"));
  static void check(const Config& config, Problems& problems) {
    const auto since = parse_date(config.since), sunset = parse_date(config.sunset);
    const char* form = "2026-06-01, or 2026-06-01T12:00:00Z";
    if (config.since.empty() && config.sunset.empty())
      problems.error("", "deprecation needs `since` or `sunset`");
    if (!config.since.empty() && !since) problems.error("since", "this is no date", form);
    if (!config.sunset.empty() && !sunset) problems.error("sunset", "this is no date", form);
    if (since && sunset && *sunset < *since)
      problems.error("sunset", "it would be gone before it is deprecated", "RFC 9745, section 4");
    if (config.after_sunset == After::gone && config.sunset.empty())
      problems.error("after_sunset", "there is no `sunset` to be behind");
    check_url("link", config.link, problems);
    check_url("successor", config.successor, problems);
  }
  static void explain(const Config& config, Explained& would) {
    if (would.phase() == GH_REQUEST) {
      if (config.after_sunset == After::gone) would.says("410 from " + config.sunset + " on");
    } else {
      const Fields fields(config);
      fields.each([&](std::string_view name, std::string_view value) { would.sets(name, value); });
    }
  }

  // What every answer says, made once.
  struct Fields {
    explicit Fields(const Config& config) {
      if (const auto since = parse_date(config.since)) deprecation = "@" + std::to_string(*since);
      if (const auto at = parse_date(config.sunset)) {
        sunset_at = *at;
        sunset = http_date(*at);
      }
      if (!config.link.empty()) link = "<" + config.link + ">; rel=\"deprecation\"";
      if (!config.link.empty() && !sunset.empty())
        link += ", <" + config.link + ">; rel=\"sunset\"";
      if (!config.successor.empty())
        link += (link.empty() ? "<" : ", <") + config.successor + ">; rel=\"successor-version\"";
    }
    template <typename Put>
    void each(Put put) const {
      if (!deprecation.empty()) put("Deprecation", deprecation);  // RFC 9745
      if (!sunset.empty()) put("Sunset", sunset);                 // RFC 8594
      if (!link.empty()) put("Link", link);
    }
    std::string deprecation, sunset, link;
    std::int64_t sunset_at = INT64_MAX;
  };

  const Config& config;
  Fields fields_of_answers{config};
  Counter requests{}, gone{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("requests", &Deprecation::requests, "requests of what is deprecated"),
      metric("gone", &Deprecation::gone, "requests that came too late"));

  Verdict on_request(Exchange& x) {
    ++requests;
    const bool is_late = x.worker().wall_us() / 1'000'000 >= fields_of_answers.sunset_at;
    if (!is_late || config.after_sunset == After::serve) return pass();
    ++gone;
    return deny(410);
  }
  // Beside what the target says of the kind: links of its own stay.
  Verdict on_response(Exchange& x) {
    const EditableHeaders headers = x.response().headers();
    fields_of_answers.each([&](std::string_view name, std::string_view value) {
      if (name == "Link")
        headers.add(name, value);
      else
        headers.set(name, value);
    });
    return pass();
  }

 private:
  static void check_url(std::string_view key, std::string_view url, Problems& problems) {
    for (const char c : url) {
      if (c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"') continue;
      return problems.error(key, "this is no URL", "https://docs.example.com/v1, or a path");
    }
  }
};

}  // namespace deprecation

GATEHOUSE_PLUGIN(deprecation::Deprecation, "deprecation", "1.0.0",
                 "says that a version is old, and until when it is there")

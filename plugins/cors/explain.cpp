#include <gatehouse/plugin.hpp>

#include "answer.h"
#include "config.h"

namespace cors {
namespace {

using gatehouse::Explained;

// The entry of the list that names the origin; "": none does.
std::string_view entry_for(const Config& config, std::string_view origin) {
  for (const std::string& entry : config.origins) {
    if (OriginMatch({&entry, 1}).has(origin)) return entry;
  }
  return {};
}

void say_origin(const Config& config, std::string_view origin, Explained& would) {
  const std::string_view entry = entry_for(config, origin);
  std::string words = origin.empty() ? "an empty Origin" : std::string(origin);
  if (entry.empty())
    words += " is none of its origins";
  else
    words += " is allowed by " + std::string(entry);
  if (config.mode == Mode::report) words += "; that is counted, and nothing is changed (report)";
  would.says(words);
}

}  // namespace

void explain(const Config& config, Explained& would) {
  const gatehouse::Request request = would.request();
  const gatehouse::Headers headers = request.headers();
  const auto origin = headers.find("Origin");
  const bool preflight = is_preflight(request);
  if (origin && preflight == (would.phase() == GH_PREFLIGHT)) say_origin(config, *origin, would);
  if (config.mode == Mode::report) return;
  const Answers answers(config);
  const auto sets = [&](std::string_view name, std::string_view value) { would.sets(name, value); };
  if (would.phase() == GH_PREFLIGHT && preflight) {
    answers.preflight({*origin, headers.get("Access-Control-Request-Headers"),
                       headers.get("Access-Control-Request-Private-Network") == "true"},
                      sets);
    return would.answers(204);
  }
  if (would.phase() != GH_RESPONSE || preflight) return;
  for (const std::string_view name : kReplaced) would.removes(name);
  if (origin) answers.response(*origin, sets);
  would.sets("Vary", "Origin");
}

}  // namespace cors

#include "proxy/explain_cors.h"

#include <algorithm>

#include "base/ascii.h"

namespace gatehouse::proxy {
namespace {

namespace cors = http::cors;
using ascii::equals_ignoring_case;
using Leg = CorsExplanation::Leg;

struct Line {
  std::string name, value;
};
Line line_of(const std::string& field) {
  const auto colon = std::min(field.find(':'), field.size());
  return {
      field.substr(0, colon),
      std::string(ascii::trim(std::string_view(field).substr(std::min(colon + 1, field.size()))))};
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii::lower);
  return out;
}

// As browsers write it: without the port that the scheme has anyway.
std::string origin_of(std::string_view scheme, std::string_view host) {
  std::string out = lowered(scheme) + "://" + lowered(host);
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (out.ends_with(port)) out.resize(out.size() - port.size());
  return out;
}

std::string host_of(const Question& question) {
  for (const auto& field : question.fields) {
    const Line line = line_of(field);
    if (equals_ignoring_case(line.name, "host")) return line.value;
  }
  const auto scheme = question.url.find("://");
  if (scheme == std::string::npos) return "localhost";
  const std::string rest = question.url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::string own_origin(const snapshot::ListenerView& listener, const Question& question) {
  const auto scheme = question.url.find("://");
  return origin_of(scheme == std::string::npos ? listener.scheme : question.url.substr(0, scheme),
                   host_of(question));
}

bool is_origin(std::string_view text) {
  if (text == "null") return true;
  const auto scheme = text.find("://");
  return scheme != std::string_view::npos && scheme != 0 && text.size() > scheme + 3 &&
         text.find_first_of("/?# @\t", scheme + 3) == std::string_view::npos;
}

std::vector<std::string> reasons_to_ask(const cors::Fetch& fetch) {
  std::vector<std::string> out;
  if (!cors::is_safelisted_method(fetch.method))
    out.push_back(fetch.method + " is not one of GET, HEAD, POST");
  for (const auto& name : cors::unsafe_names(fetch.fields))
    out.push_back("a form could not send this " + name);
  return out;
}

// That the browser sends: the script's fields, and its own.
Question request_of(const Question& question, const cors::Fetch& fetch, bool same_origin) {
  Question out = question;
  out.method = fetch.method;
  std::erase_if(out.fields, [&](const std::string& field) {
    const std::string name = line_of(field).name;
    return equals_ignoring_case(name, "origin") ||
           (equals_ignoring_case(name, "cookie") && !fetch.credentials && !same_origin);
  });
  if (!same_origin) out.fields.push_back("Origin: " + fetch.origin);
  return out;
}

Question preflight_of(const Question& question, const cors::Fetch& fetch) {
  Question out{"OPTIONS", question.url, {}, question.source_ip};
  for (const auto& field : question.fields) {
    if (equals_ignoring_case(line_of(field).name, "host")) out.fields.push_back(field);
  }
  out.fields.push_back("Origin: " + fetch.origin);
  out.fields.push_back("Access-Control-Request-Method: " + fetch.method);
  std::string names;
  for (const auto& name : cors::unsafe_names(fetch.fields))
    names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) out.fields.push_back("Access-Control-Request-Headers: " + names);
  return out;
}

Leg leg_of(Question question, Explanation does) {
  Leg out{std::move(question), std::move(does), {}, {}, {}};
  out.answer = out.does.would.sets;
  if (!out.does.would.answered_by.empty())
    out.status = out.does.would.status;
  else if (out.does.refused != Reason::none)
    out.status = row(out.does.refused).status;
  else if (out.does.status != 0)
    out.status = out.does.status;
  return out;
}

// Whether the target's own word about origins reaches the browser.
bool target_says(const Leg& leg) {
  constexpr std::string_view kOrigin = "Access-Control-Allow-Origin";
  const auto& would = leg.does.would;
  return !leg.status && std::none_of(would.sets.begin(), would.sets.end(), [&](const auto& set) {
    return equals_ignoring_case(set.first, kOrigin);
  }) && std::none_of(would.removes.begin(), would.removes.end(), [&](const auto& name) {
    return equals_ignoring_case(name, kOrigin);
  });
}

CorsVerdict verdict_of(const Leg& request) {
  if (target_says(request)) return CorsVerdict::target_decides;
  if (!request.holds()) return CorsVerdict::hidden;
  return request.does.location.empty() ? CorsVerdict::reads : CorsVerdict::follows;
}

}  // namespace

bool CorsExplanation::Leg::holds() const {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.holds; });
}

std::string_view word(CorsVerdict verdict) {
  constexpr std::string_view kWords[] = {"same_origin", "reads",   "hidden",
                                         "not_sent",    "follows", "target_decides"};
  return kWords[static_cast<std::size_t>(verdict)];
}

std::string_view sentence(CorsVerdict verdict) {
  constexpr std::string_view kSentences[] = {
      "the page is of the URL's own origin: nothing is asked",
      "the page reads the answer",
      "the request is sent, but the page gets an error in place of the answer",
      "the request is not sent",
      "the browser goes where the redirect leads, which must allow it too",
      "that is up to the target's own answer"};
  return kSentences[static_cast<std::size_t>(verdict)];
}

Result<CorsExplanation> explain_cors(const snapshot::Snapshot& snapshot,
                                     const snapshot::ListenerView& listener,
                                     const Question& question, const std::string& origin,
                                     bool credentials) {
  if (!is_origin(origin))
    return fail("'" + origin + "' is no origin", 0, "scheme and host: https://chat.example.com");
  CorsExplanation out;
  out.fetch = {origin, cors::normalised_method(question.method), {}, credentials};
  for (const auto& field : question.fields) {
    Line line = line_of(field);
    out.fetch.fields.emplace_back(std::move(line.name), std::move(line.value));
  }
  const bool same_origin = own_origin(listener, question) == origin;
  if (!same_origin) out.asks_first = reasons_to_ask(out.fetch);
  if (!out.asks_first.empty()) {
    Question asks = preflight_of(question, out.fetch);
    auto does = explain(snapshot, listener, asks);
    if (!does) return tl::make_unexpected(does.error());
    Leg& leg = out.preflight.emplace(leg_of(std::move(asks), std::move(*does)));
    if (!leg.status) {
      out.verdict = CorsVerdict::target_decides;
    } else {
      leg.checks = cors::check_preflight(out.fetch, *leg.status, leg.answer);
      if (!leg.holds()) out.verdict = CorsVerdict::not_sent;
    }
    if (out.verdict == CorsVerdict::not_sent) return out;
  }
  Question asks = request_of(question, out.fetch, same_origin);
  auto does = explain(snapshot, listener, asks);
  if (!does) return tl::make_unexpected(does.error());
  Leg& leg = out.request.emplace(leg_of(std::move(asks), std::move(*does)));
  if (same_origin) return out;
  if (!target_says(leg)) leg.checks = cors::check_answer(out.fetch, leg.answer);
  if (out.verdict != CorsVerdict::target_decides) out.verdict = verdict_of(leg);
  if (leg.holds() && !target_says(leg)) out.readable = cors::readable_fields(out.fetch, leg.answer);
  return out;
}

}  // namespace gatehouse::proxy

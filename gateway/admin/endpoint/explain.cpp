#include "admin/endpoint.h"
#include "admin/explain_json.h"
#include "admin/explain_text.h"
#include "base/ascii.h"
#include "routing/condition/query.h"

namespace gatehouse::admin {
namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() ? ascii::hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? ascii::hex_value(text[i + 2]) : -1;
    if (text[i] == '%' && high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

struct Wanted {
  proxy::Question question;
  std::string listener;
  std::string origin;  // of a page; "": no browser
  bool credentials = false;
  bool as_text = false;
};

Wanted read_query(std::string_view query) {
  Wanted out;
  routing::each_parameter(query, [&](std::string_view key, std::string_view escaped) {
    std::string value = unescaped(escaped);
    if (key == "credentials") out.credentials = value == "include";
    if (key == "format") out.as_text = value == "text";
    if (key == "header") out.question.fields.push_back(value);
    std::string* to = key == "method"      ? &out.question.method
                      : key == "url"       ? &out.question.url
                      : key == "source_ip" ? &out.question.source_ip
                      : key == "listener"  ? &out.listener
                      : key == "cors"      ? &out.origin
                                           : nullptr;
    if (to != nullptr) *to = std::move(value);
  });
  return out;
}

}  // namespace

void serve_explain(control::Gateway& gateway, const Request& request, const Respond& respond) {
  const auto refuse = [&](const std::string& why) {
    respond({400, "text/plain; charset=utf-8", why + "\n"});
  };
  const Wanted wanted = read_query(request.query);
  const auto& live = gateway.live();
  const snapshot::ListenerView* listener = 
      proxy::listener_of(live, wanted.listener, wanted.question.url);
  if (listener == nullptr) return refuse("there is no listener '" + wanted.listener + "'");
  const auto answer = [&](const auto& explanation, auto* text, auto* json) {
    if (!explanation) return refuse(explanation.error().text());
    if (wanted.as_text)
      return respond({200, "text/plain; charset=utf-8", text(listener->name, *explanation)});
    respond({200, "application/json", json(listener->name, *explanation)});
  };
  if (!wanted.origin.empty()) {
    return answer(
        proxy::explain_cors(live, *listener, wanted.question, wanted.origin, wanted.credentials),
        &cors_text, &cors_json);
  }
  answer(proxy::explain(live, *listener, wanted.question), &explain_text, &explain_json);
}

}  // namespace gatehouse::admin

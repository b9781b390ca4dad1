#include "admin/endpoint.h"
#include "admin/explain_json.h"
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

}  // namespace

void serve_explain(control::Gateway& gateway, const Request& request, const Respond& respond) {
  const auto refuse = [&](const std::string& why) {
    respond({400, "text/plain; charset=utf-8", why + "\n"});
  };
  proxy::Question question;
  std::string wanted;
  routing::each_parameter(request.query, [&](std::string_view key, std::string_view escaped) {
    std::string value = unescaped(escaped);
    if (key == "method")
      question.method = std::move(value);
    else if (key == "url")
      question.url = std::move(value);
    else if (key == "source_ip")
      question.source_ip = std::move(value);
    else if (key == "listener")
      wanted = std::move(value);
    else if (key == "header")
      question.fields.push_back(std::move(value));
  });
  const auto& live = gateway.live();
  const snapshot::ListenerView* listener = proxy::listener_named(live, wanted);
  if (listener == nullptr) return refuse("there is no listener '" + wanted + "'");
  const auto explanation = proxy::explain(live, *listener, question);
  if (!explanation) return refuse(explanation.error().text());
  respond({200, "application/json", explain_json(listener->name, *explanation)});
}

}  // namespace gatehouse::admin

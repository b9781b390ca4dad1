#include <charconv>
#include <nlohmann/json.hpp>

#include "admin/endpoint.h"
#include "admin/json_answer.h"

namespace gatehouse::admin {
namespace {

control::Gateway::Done answer(const std::string& file, const Respond& respond) {
  return [file, respond](const control::ReloadResult& result) {
    using Kind = control::ReloadResult::Kind;
    nlohmann::json out = {{"result", result.kind == Kind::live        ? "live"
                                     : result.kind == Kind::unchanged ? "unchanged"
                                                                      : "refused"},
                          {"file", file},
                          {"generation", result.generation},
                          {"changed", result.changed},
                          {"milliseconds", result.milliseconds},
                          {"text", result.text}};
    out["diagnostics"] = nlohmann::json::parse(result.json, nullptr, false);
    respond(json_answer(out, result.kind == Kind::refused ? 422U : 200U));
  };
}

}  // namespace

void serve_reload(control::Gateway& gateway, const Request& request, const Respond& respond) {
  const bool strict = request.parameter("strict") == "1";
  gateway.reload(answer(gateway.file(), respond),
                 strict ? control::OnWarning::refuse : control::OnWarning::go_on);
}

void serve_rollback(control::Gateway& gateway, const Request& request, const Respond& respond) {
  std::optional<std::uint64_t> number;
  if (const auto text = request.find("generation")) {  // "" is a variable that was not set
    std::uint64_t value = 0;
    const auto done = std::from_chars(text->data(), text->data() + text->size(), value);
    if (done.ec != std::errc{} || done.ptr != text->data() + text->size()) {
      return respond({400, "text/plain; charset=utf-8", "generation must be a number\n"});
    }
    number = value;
  }
  gateway.rollback(number, answer(gateway.file(), respond));
}

}  // namespace gatehouse::admin

#include "proxy/error_page.h"

#include <fmt/format.h>

#include "http/accept.h"
#include "http/status.h"

namespace gatehouse::proxy {
namespace {

template <typename... Args>
std::string_view print(Arena& arena, fmt::format_string<Args...> format, Args&&... args) {
  const std::size_t size = fmt::formatted_size(format, args...);
  char* text = arena.array<char>(size);
  fmt::format_to(text, format, std::forward<Args>(args)...);
  return {text, size};
}

}  // namespace

ErrorPage make_error_page(Reason reason, std::uint16_t status, const http::RequestHead& request,
                          std::string_view id, Arena& arena) {
  const ReasonRow& why = row(reason);
  const std::string_view phrase = http::phrase(status);
  switch (http::preferred_error_type(request)) {
    case http::ErrorType::problem_json:
      return {
          "application/problem+json",
          print(
              arena,
              R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}","reason":"{}","request_id":"{}"}})"
              "\n",
              phrase, status, why.sentence, why.word, id)};
    case http::ErrorType::html:
      return {
          "text/html; charset=utf-8",
          print(
              arena,
              "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
              "content=\"width=device-width\"><title>{0} {1}</title>\n<style>body{{font:1rem/1.5 "
              "system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}"
              "small{{color:#555}}</style>\n<h1>{0} {1}</h1>\n<p>{2} "
              "(<code>{3}</code>)</p>\n<p><small>request id: {4}</small></p>\n</html>\n",
              status, phrase, why.sentence, why.word, id)};
    case http::ErrorType::text:
      break;
  }
  return {"text/plain; charset=utf-8", print(arena, "{} {}: {} ({})\nrequest id: {}\n", status,
                                             phrase, why.sentence, why.word, id)};
}

}  // namespace gatehouse::proxy

#include "http/accept.h"

namespace gatehouse::http {
namespace {

// Thousandths; a weight that is none counts as 1 (RFC 9110 12.4.2).
int weight_of(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  std::string_view number = parameters.substr(at + 2);
  if (number.empty() || (number[0] != '0' && number[0] != '1')) return 1000;
  int weight = (number[0] - '0') * 1000;
  if (number.size() > 1 && number[1] == '.') {
    int unit = 100;
    for (std::size_t i = 2; i < number.size() && i < 5 && ascii::is_digit(number[i]);
         ++i, unit /= 10) {
      weight += (number[i] - '0') * unit;
    }
  }
  return weight > 1000 ? 1000 : weight;
}

struct Best {
  ErrorType type = ErrorType::text;
  int weight = 0;
  int exactness = -1;
  void offer(ErrorType offered, int with, int exact) {
    if (with == 0 || with < weight || (with == weight && exact <= exactness)) return;
    *this = {offered, with, exact};
  }
};

void consider(std::string_view range, Best& best) {
  const auto semicolon = range.find(';');
  const std::string_view type = ascii::trim(range.substr(0, semicolon));
  const int weight =
      semicolon == std::string_view::npos ? 1000 : weight_of(range.substr(semicolon));
  const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(type, name); };
  if (is("application/problem+json") || is("application/json"))
    best.offer(ErrorType::problem_json, weight, 2);
  if (is("text/html") || is("application/xhtml+xml")) best.offer(ErrorType::html, weight, 2);
  if (is("text/plain")) best.offer(ErrorType::text, weight, 2);
  if (is("application/*")) best.offer(ErrorType::problem_json, weight, 1);
  if (is("text/*")) best.offer(ErrorType::text, weight, 1);
  if (is("*/*")) best.offer(ErrorType::text, weight, 0);
}

}  // namespace

ErrorType preferred_error_type(const RequestHead& request) {
  Best best;
  for (const Field* field = request.find(FieldId::accept); field != nullptr;
       field = request.next(field)) {
    std::string_view rest = field->value();
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      consider(rest.substr(0, comma), best);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  return best.type;
}

}  // namespace gatehouse::http

#include "http/accept.h"

#include <array>

namespace gatehouse::http {
namespace {

// Thousandths; a weight that is none counts as 1 (RFC 9110 12.4.2).
int parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] == '.') {
    int unit = 100;
    for (std::size_t i = 2; i < text.size() && i < 5 && ascii::is_digit(text[i]); ++i, unit /= 10) {
      weight += (text[i] - '0') * unit;
    }
  }
  return weight > 1000 ? 1000 : weight;
}

int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto semicolon = parameters.find(';');
    const std::string_view one = ascii::trim(parameters.substr(0, semicolon));
    if (one.size() > 2 && ascii::lower(one[0]) == 'q' && one[1] == '=') {
      return parse_weight(one.substr(2));
    }
    if (semicolon == std::string_view::npos) break;
    parameters.remove_prefix(semicolon + 1);
  }
  return 1000;
}

// What the ranges say about one type: the most exact of them counts (RFC 9110 12.5.1).
struct Wish {
  static constexpr int kKin = 2;  // a type whose readers read ours too
  static constexpr int kItself = 3;
  int weight = 0;
  int exactness = -1;
  int order = 0;
  void hear(int exact, int with, int at) {
    if (exact > exactness) *this = {with, exact, at};
  }
  [[nodiscard]] bool before(const Wish& other) const {
    if (weight != other.weight) return weight > other.weight;
    const bool named = exactness >= kKin;
    if (named != (other.exactness >= kKin)) return named;
    if (!named && exactness != other.exactness) return exactness > other.exactness;
    return order < other.order;
  }
};
using Wishes = std::array<Wish, 3>;  // by ErrorType

void consider(std::string_view range, int order, Wishes& wishes) {
  const auto semicolon = range.find(';');
  const std::string_view type = ascii::trim(range.substr(0, semicolon));
  const int weight =
      semicolon == std::string_view::npos ? 1000 : weight_of(range.substr(semicolon + 1));
  const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(type, name); };
  auto& [text, html, json] = wishes;
  if (is("text/plain")) text.hear(Wish::kItself, weight, order);
  if (is("text/html")) html.hear(Wish::kItself, weight, order);
  if (is("application/problem+json")) json.hear(Wish::kItself, weight, order);
  if (is("application/xhtml+xml")) html.hear(Wish::kKin, weight, order);
  if (is("application/json")) json.hear(Wish::kKin, weight, order);
  if (is("application/*")) json.hear(1, weight, order);
  for (Wish* wish : {&text, &html}) {
    if (is("text/*")) wish->hear(1, weight, order);
  }
  for (Wish& wish : wishes) {
    if (is("*/*")) wish.hear(0, weight, order);
  }
}

}  // namespace

ErrorType preferred_error_type(const RequestHead& request) {
  Wishes wishes;
  int order = 0;
  for (const Field* field = request.find(FieldId::accept); field != nullptr;
       field = request.next(field)) {
    std::string_view rest = field->value();
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      consider(rest.substr(0, comma), order++, wishes);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < wishes.size(); ++i) {
    if (wishes[i].before(wishes[best])) best = i;
  }
  if (wishes[best].weight == 0) return ErrorType::text;  // nothing of ours is welcome: the plainest
  return static_cast<ErrorType>(best);
}

}  // namespace gatehouse::http

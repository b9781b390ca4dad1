#include "policy/parameter_default.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "config/scalar.h"

namespace gatehouse::policy {
namespace {

using Kind = ParameterType::Kind;

// A text that is read as one with a unit, or a number of those that the policy gets.
bool fit_unit(const ParameterType& type, Value& value) {
  if (const auto* number = std::get_if<double>(&value.what)) return *number >= 0;
  const auto* text = std::get_if<std::string>(&value.what);
  if (text == nullptr) return false;
  if (type.kind == Kind::duration) {
    const auto time = config::parse_duration(*text);
    if (time) value.what = static_cast<double>(time->count()) / 1000;
    return time.has_value();
  }
  const auto size = config::parse_size(*text);
  if (size) value.what = static_cast<double>(size->value);
  return size.has_value();
}

bool fit_text(Value& value) {
  if (const auto* number = std::get_if<double>(&value.what)) {
    char text[32];
    std::snprintf(text, sizeof text, "%.14g", *number);
    value.what = std::string(text);
  }
  return std::holds_alternative<std::string>(value.what);
}

// One that stands alone is a list of it, as in routes.yaml.
bool fit_list(const ParameterType& type, Value& value) {
  if (!std::holds_alternative<std::vector<Value>>(value.what)) {
    std::vector<Value> alone(1, value);
    value.what = std::move(alone);
  }
  auto& items = std::get<std::vector<Value>>(value.what);
  return std::all_of(items.begin(), items.end(),
                     [&](Value& item) { return fit_default(*type.item, item); });
}

}  // namespace

bool fit_default(const ParameterType& type, Value& value) {
  const auto* number = std::get_if<double>(&value.what);
  switch (type.kind) {
    case Kind::string:
    case Kind::group:
    case Kind::secret:
      return fit_text(value);
    case Kind::integer:
      return number != nullptr && *number == std::floor(*number);
    case Kind::number:
      return number != nullptr && std::isfinite(*number);
    case Kind::boolean:
      return std::holds_alternative<bool>(value.what);
    case Kind::duration:
    case Kind::size:
      return fit_unit(type, value);
    case Kind::one_of:
      return fit_text(value) && std::find(type.words.begin(), type.words.end(),
                                          std::get<std::string>(value.what)) != type.words.end();
    case Kind::list:
      return fit_list(type, value);
  }
  return false;
}

}  // namespace gatehouse::policy

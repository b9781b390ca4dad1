#include "routing/condition/method.h"

#include <algorithm>

namespace gatehouse::routing {

std::string_view matched_method(const http::RequestHead& head) {
  if (head.method != http::Method::options || !head.has(http::FieldId::origin))
    return head.method_text;
  const http::Field* asked = head.find("access-control-request-method");
  return asked != nullptr && ascii::is_token(asked->value()) ? asked->value() : head.method_text;
}

MethodCondition::MethodCondition(const std::vector<config::Text>& specs) {
  for (const auto& spec : specs) values.push_back(spec.value);
}

bool MethodCondition::holds(const Subject& subject) const {
  return std::find(values.begin(), values.end(), matched_method(subject.head)) != values.end();
}

}  // namespace gatehouse::routing

#include "http/cookie.h"

namespace gatehouse::http {

std::optional<std::string_view> cookie(const RequestHead& request, std::string_view name) {
  for (const Field* field = request.find(FieldId::cookie); field != nullptr;
       field = request.next(field)) {
    std::string_view rest = field->value();
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const std::string_view pair = ascii::trim(rest.substr(0, end));
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
        return pair.substr(name.size() + 1);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return std::nullopt;
}

}  // namespace gatehouse::http

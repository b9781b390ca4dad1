// An answer of the admin API in JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "admin/http.h"

namespace gatehouse::admin {

// Of any kind of nlohmann::basic_json; texts that are no UTF-8 are mended.
template <typename Json>
[[nodiscard]] Reply json_answer(const Json& value, unsigned status = 200) {
  return {status, "application/json",
          value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

}  // namespace gatehouse::admin

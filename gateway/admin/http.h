// Requests and answers of the admin API.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::admin {

struct Request {
  std::string method;
  std::string path;              // canonical, without the prefix of the public part
  std::string query;             // without its question mark
  bool through_gateway = false;  // it came under /gatehouse/, so from anybody

  // The value of a query parameter, or "".
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

struct Reply {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
};
using Respond = std::function<void(Reply)>;

}  // namespace gatehouse::admin

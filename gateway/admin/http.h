// Requests and answers of the admin API.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::admin {

struct Request {
  std::string method;
  std::string path;              // canonical, without the prefix of the public part
  std::string query;             // without its question mark
  bool through_gateway = false;  // it came under /gatehouse/, so from anybody

  // The value of a query parameter, if it is there.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // That, or "".
  [[nodiscard]] std::string_view parameter(std::string_view name) const {
    return find(name).value_or(std::string_view{});
  }
};

struct Reply {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string field = {};  // one more, with its CRLF; "": none
};
using Respond = std::function<void(Reply)>;

}  // namespace gatehouse::admin

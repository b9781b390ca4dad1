// What a policy in shadow was answered, so that a test can answer the same.
#pragma once

#include <cstdint>
#include <string>

namespace gatehouse::policy {

struct Heard {
  std::string group;
  std::string method;
  std::string path;          // without query
  std::uint32_t status = 0;  // 0: no answer came
  std::string body;          // "": it had none, or a long one
};

}  // namespace gatehouse::policy

// Whole HTTP/1.1 messages, as the far ends of a rehearsal read and write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::rehearsal {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Message {
  std::string method;  // of a request
  std::string target;
  unsigned status = 0;  // of an answer
  Fields fields;
  std::string body;

  // The first value of a field; null: there is none.
  [[nodiscard]] const std::string* field(std::string_view name) const;
};

// Takes a whole request, or answer, off the front of `bytes`; nothing: some of it is still to come.
// Interim answers are dropped.  Throws std::runtime_error: it is none.
[[nodiscard]] std::optional<Message> take_request(std::string& bytes);
struct Reading {
  bool head_request = false;  // the answer to HEAD has no body
  bool ended = false;         // the sender has closed
};
[[nodiscard]] std::optional<Message> take_answer(std::string& bytes, Reading how);

// The answer's bytes; its body has a Content-Length.
[[nodiscard]] std::string written(const Message& answer, bool head_request);

}  // namespace gatehouse::rehearsal

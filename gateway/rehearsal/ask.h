// A request of a test, as it says it and as it goes over the wire.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "net/address.h"
#include "rehearsal/message.h"

namespace gatehouse::rehearsal {

using Json = nlohmann::ordered_json;

// What a test asks for cannot be; `what()` says why, to whoever wrote it.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Ask {  // NOLINT(bugprone-exception-escape): Json's move asserts
  std::string bytes;
  bool head_request = false;
  net::IpAddress source;
  std::string url;
  std::string listener;  // "": the one that the URL means
  Json identity;         // null: whoever the steps of the rule find
};

// Keys: method, url ("/path?query" or "http://host/path"), headers, cookies, body or json, ip,
// listener, identity.  Throws Mistake.
[[nodiscard]] Ask ask_of(const Json& said);

// An answer of a target group: status, headers, body or json.  Throws Mistake.
[[nodiscard]] Message answer_of(const Json& said);

// Throws Mistake: a key that `known` has not, and which was meant; `what` is no map.
void only_keys(const Json& said, std::string_view what,
               std::initializer_list<std::string_view> known);
// A text, number or boolean as text.  Throws Mistake: it is another thing.
[[nodiscard]] std::string text_of(const Json& value, std::string_view what);
// The text of a key that may be left out.
[[nodiscard]] std::string text_of(const Json& said, std::string_view key, std::string_view initial);

}  // namespace gatehouse::rehearsal

// What a browser does with a script's fetch of another origin (Fetch, Living Standard): when it
// asks first, and what it takes from the answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http::cors {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Fetch {
  std::string origin;  // of the page: "https://chat.example.com", "null"
  std::string method;
  Fields fields;  // that the script sets
  bool credentials = false;
};

// GET, HEAD, POST (2.2.1), as a browser sends them: `get` is GET, `patch` stays `patch`.
[[nodiscard]] std::string normalised_method(std::string_view method);
[[nodiscard]] bool is_safelisted_method(std::string_view method);
// That a script cannot set (2.2.2): Cookie, Host, Origin, Sec-*.
[[nodiscard]] bool is_forbidden_field(std::string_view name, std::string_view value);
// That a form could send as well (2.2.2): Accept, a Content-Type of three, and so on.
[[nodiscard]] bool is_safelisted_field(std::string_view name, std::string_view value);
// Names for which a browser asks first: in lower case, in order, each once.
[[nodiscard]] std::vector<std::string> unsafe_names(const Fields& fields);

// What a browser looks at, whether it is content with it, and why.
struct Check {
  bool holds = false;
  std::string words;
};
// CORS check (4.9): may the page read the answer?
[[nodiscard]] std::vector<Check> check_answer(const Fetch& fetch, const Fields& answer);
// CORS-preflight fetch (4.8), step 7: may the request be sent?  It ends with the first check that
// does not hold.
[[nodiscard]] std::vector<Check> check_preflight(const Fetch& fetch, unsigned status,
                                                 const Fields& answer);
// Names of header fields of an answer that a script may read (4.1, CORS-exposed header-name list);
// "*": all of them.
[[nodiscard]] std::vector<std::string> readable_fields(const Fetch& fetch, const Fields& answer);

}  // namespace gatehouse::http::cors

// What a browser does when a script of another origin fetches a URL, and why: its algorithm
// (http/cors_protocol.h), run on what the steps of the rules say that they would answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/cors_protocol.h"
#include "proxy/explain.h"

namespace gatehouse::proxy {

enum class CorsVerdict : std::uint8_t {
  same_origin,     // nothing is asked
  reads,           // the script gets the answer
  hidden,          // the request is sent and does what it does; the script gets an error
  not_sent,        // the preflight does not allow it
  follows,         // the answer is a redirect; where it leads must allow it too
  target_decides,  // no step says it: that is up to the target's own answer
};
[[nodiscard]] std::string_view word(CorsVerdict verdict);
[[nodiscard]] std::string_view sentence(CorsVerdict verdict);

struct CorsExplanation {
  // A request of the browser, and what it makes of the answer.
  struct Leg {
    Question question;
    Explanation does;
    std::optional<unsigned> status;  // nothing: the target's
    http::cors::Fields answer;       // what is known of it
    std::vector<http::cors::Check> checks;
    [[nodiscard]] bool holds() const;
  };
  http::cors::Fetch fetch;
  std::vector<std::string> asks_first;  // why there is a preflight; empty: there is none
  std::optional<Leg> preflight;
  std::optional<Leg> request;  // nothing: it is not sent
  CorsVerdict verdict = CorsVerdict::same_origin;
  std::vector<std::string> readable;  // header fields of the answer; "*": all
};

// `question`: the script's, with the header fields that it sets.  Errors: as explain(), and an
// origin that is none.
[[nodiscard]] Result<CorsExplanation> explain_cors(const snapshot::Snapshot& snapshot,
                                                   const snapshot::ListenerView& listener,
                                                   const Question& question,
                                                   const std::string& origin, bool credentials);

}  // namespace gatehouse::proxy

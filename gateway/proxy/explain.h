// What the gateway would do with a request, and why: the path of a request, walked without a socket
// on the objects that live requests use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/reason.h"
#include "base/result.h"
#include "proxy/explain_steps.h"
#include "routing/explain.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

struct Question {
  std::string method = "GET";
  std::string url;                  // http://HOST/PATH, or a path
  std::vector<std::string> fields;  // "Name: value"
  std::string source_ip = "127.0.0.1";
};

// "http://host/path?query" or "/path?query" as it would be sent; without a host localhost, and
// without a path "/".  A target that does not begin with a slash is the caller's to refuse.
struct Destination {
  std::string host;
  std::string target;
};
[[nodiscard]] Destination destination_of(std::string_view url);

struct Explanation {
  struct Tried {
    std::string name;
    std::uint32_t priority = 0;
    std::optional<routing::Failure> failure;  // none: all of its conditions hold
  };
  std::vector<Tried> rules;              // every rule of the listener, in order
  const snapshot::Rule* rule = nullptr;  // what decides; null: nothing does
  Reason refused = Reason::none;         // the answer is this error

  std::string host;       // as matched
  std::string path;       // as matched
  std::string method;     // as matched: a preflight's is the one that it asks for
  std::string client_ip;  // behind trusted proxies

  std::vector<std::pair<std::string, std::uint32_t>> groups;  // of a forward, with weights
  std::string upstream_host;
  std::string upstream_target;            // path and query
  std::string location;                   // of a redirect
  std::uint16_t status = 0;               // of a redirect or respond
  std::string handler;                    // the plugin that answers
  std::vector<plugin::PhaseSteps> steps;  // of the rule
  StepsExplained would;                   // what they say that they would do
};

// A pass (explain_pass.h) for the question's request, good until `expiry`.  Errors: no valid
// request; no `secrets.cookies`, so that there is nothing to sign with.
[[nodiscard]] Result<std::string> pass_for(const snapshot::Snapshot& snapshot,
                                           const snapshot::ListenerView& listener,
                                           const Question& question, std::int64_t expiry);

// The listener of that name; for "" the one of the URL's port, or of http's or https's where the
// URL says none, or the first.  Null: none of that name.
[[nodiscard]] const snapshot::ListenerView* listener_of(const snapshot::Snapshot& snapshot,
                                                        std::string_view name,
                                                        std::string_view url);
// Errors: a URL or address that is none.
[[nodiscard]] Result<Explanation> explain(const snapshot::Snapshot& snapshot,
                                          const snapshot::ListenerView& listener,
                                          const Question& question);

}  // namespace gatehouse::proxy

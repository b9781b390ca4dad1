// Why a rule does not decide about a request: the first of its conditions that fails, and what that
// saw.
#pragma once

#include <optional>
#include <string>

#include "routing/conditions.h"

namespace gatehouse::routing {

struct Failure {
  std::string condition;  // the key in routes.yaml: "host", "path", "method", "header", …
  std::string wanted;     // as compiled: in lower case where case is ignored
  std::string saw;        // of the request; "nothing" if there is none
};

// Conditions are looked at in the order host, path, method, header, query, source_ip, client_ip.
// Nothing: all of them hold.
[[nodiscard]] std::optional<Failure> first_failure(const Conditions& conditions,
                                                   const Subject& subject);

// A value as it may be written; a regular expression between slashes.
[[nodiscard]] std::string describe(const Pattern& pattern);

// "10.0.0.1"; "nothing" for the peer of a Unix socket.
[[nodiscard]] std::string address_text(AddressBytes address);

}  // namespace gatehouse::routing

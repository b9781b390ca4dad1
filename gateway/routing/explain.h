// Why a rule does not decide about a request: the first of its conditions that fails, and what that
// saw.
#pragma once

#include <optional>
#include <string>

#include "config/spec.h"
#include "routing/conditions.h"

namespace gatehouse::routing {

struct Failure {
  std::string condition;  // the key in routes.yaml: "host", "path", "method", "header", …
  std::string wanted;     // as the file says it
  std::string saw;        // of the request; "nothing" if there is none
};

// Conditions are looked at in the order host, path, method, header, query, source_ip, client_ip.
// Nothing: all of them hold.  `conditions` were made from `when`.
[[nodiscard]] std::optional<Failure> first_failure(const config::WhenSpec& when,
                                                   const Conditions& conditions,
                                                   const Subject& subject);

// "10.0.0.1"; "nothing" for the peer of a Unix socket.
[[nodiscard]] std::string address_text(AddressBytes address);

}  // namespace gatehouse::routing

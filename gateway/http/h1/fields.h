// Field lines of a head or a trailer section, taken apart.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/reason.h"
#include "http/h1/scan.h"
#include "http/head.h"

namespace gatehouse::http::h1 {

// Parses the field lines of a head of which `scan` has found the end.  False: a name that is no
// token, white space before the colon, or a folded line (RFC 9112 5.1, 5.2).  The array lies in
// `arena`.
[[nodiscard]] bool parse_fields(std::string_view head, const HeadScan& scan, Arena& arena,
                                Head& out);

// What the Connection fields say, and the fields that they nominate marked as hop-by-hop (RFC
// 9110 7.6.1).
struct ConnectionSays {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
};
[[nodiscard]] ConnectionSays read_connection(Head& head);

// A Content-Length: digits only, below 2^63.  False: anything else (RFC 9110 8.6).
[[nodiscard]] bool parse_length(std::string_view text, std::uint64_t& out);

}  // namespace gatehouse::http::h1

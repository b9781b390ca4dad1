// The canonical form of a path: what is matched, logged and forwarded is one string.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/head.h"

namespace gatehouse::http {

// `path`: unreserved escapes decoded, dot segments removed, slashes merged (RFC 3986 6.2.2).
// `match`: the same without the parameters of its segments (;x), slashes merged again.  Both are
// the input itself where nothing changes.
struct CanonicalPath {
  std::string_view path;
  std::string_view match;
  PathRisk risk = PathRisk::none;
};

// `raw` begins with '/'.  False: an escape that is none ("%zz").  Cost: one pass while nothing
// changes.
[[nodiscard]] bool canonicalise(std::string_view raw, Arena& arena, CanonicalPath& out);

}  // namespace gatehouse::http

// What of a request's path and host a target sees, where a rule says something else than the client
// (ALB.md 1.3, transforms).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "config/spec.h"
#include "http/head.h"

namespace re2 {
class RE2;
}

namespace gatehouse::routing {

// A regular expression and what takes the place of its first match.  Immutable.
class Rewrite {
 public:
  // `spec` compiles: load() has looked at it.
  explicit Rewrite(const config::RewritePartSpec& spec);
  // `text` itself where nothing matches, else a text in `arena`.
  [[nodiscard]] std::string_view apply(std::string_view text, Arena& arena) const;

 private:
  std::shared_ptr<const re2::RE2> regex_;
  std::string replacement_;  // in RE2's words
};

struct Rewrites {
  std::optional<Rewrite> path;
  std::optional<Rewrite> host;

  explicit Rewrites(const config::RewriteSpec& spec);
  [[nodiscard]] bool any() const { return path || host; }
};

// The path that goes on: begins with a slash, and is canonical again unless `raw`.
// Nothing: what came out is no path, or holds a slash in disguise that was not there before.
[[nodiscard]] std::optional<std::string_view> rewritten_path(const Rewrite& rewrite,
                                                             std::string_view path, bool raw,
                                                             http::PathRisk allowed, Arena& arena);
// The Host that goes on.  The name without port is rewritten; the port stays unless the rewrite
// gives one.  Nothing: what came out is no host.
[[nodiscard]] std::optional<std::string_view> rewritten_host(const Rewrite& rewrite,
                                                             const http::RequestHead& head,
                                                             Arena& arena);

}  // namespace gatehouse::routing

#include "proxy/rewrite.h"

namespace gatehouse::proxy {

bool apply_rewrites(exchange::Exchange& x, const snapshot::Rule& rule) {
  const routing::Rewrites& rewrites = *rule.rewrites;
  if (rewrites.path) {
    const auto allowed =
        rule.keep_encoded_slash ? http::PathRisk::encoded_slash : http::PathRisk::none;
    const auto path =
        routing::rewritten_path(*rewrites.path, x.upstream_path, rule.raw_path, allowed, x.arena);
    if (!path) return false;
    x.upstream_path = *path;
  }
  if (!rewrites.host) return true;
  const auto host = routing::rewritten_host(*rewrites.host, x.request, x.arena);
  if (!host) return false;
  if (host->data() == x.request.host.data()) return true;
  x.upstream.remove("Host");
  x.upstream.append("Host", *host);
  return true;
}

}  // namespace gatehouse::proxy

// What a target learns about the client, and what neither side may tell the other.
#pragma once

#include <string_view>

#include "base/random.h"
#include "exchange/exchange.h"
#include "net/cidr.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

// Sets the exchange's id, whether its peer is a trusted proxy, and the client's address: the
// peer's, or, behind trusted proxies, the rightmost address of X-Forwarded-For that is none of
// them.  An X-Request-ID is believed only from a trusted proxy.
void identify(exchange::Exchange& x, Random& random, const net::CidrSet& trusted);

// Fills `x.upstream`: the client's fields less the hop-by-hop ones (RFC 9110 7.6.1), less what an
// untrusted client may not say, and with X-Forwarded-For/-Proto/-Host/-Port, Forwarded (RFC 7239),
// Via, X-Request-ID, X-Amzn-Trace-Id. False: the request has come through this gateway too often.
// After identify().
bool start_upstream_head(exchange::Exchange& x, const snapshot::ListenerView& listener,
                         std::int64_t wall_s, Random& random);

// Takes one from the Max-Forwards of a request that has one, which OPTIONS may (RFC 9110 7.6.2);
// what is no number stays as it is.  False: it was 0, and the request ends here.
bool count_forward(exchange::Exchange& x);

// Drops fields of the client by which the target is told who the client is.  After
// start_upstream_head(), before any step.
void drop_protected(exchange::Exchange& x, const http::ProtectedNames& names);

// Drops what is between the target and us from `x.response`.
void start_response_head(exchange::Exchange& x, bool upgrade);

}  // namespace gatehouse::proxy

"""Claim: CORS around proxied 1 KiB answers adds at most 0.50 of what it takes the cheapest peer to do the same.

A request names one of twenty origins that are allowed; the answer names it again. The peers say it of every origin, which
is less than the gateway does.
"""

import sys

from harness.claim import Claim, table
from harness.compare import added, cheapest_share, compare, gatehouse
from harness.load import Request, Wrk
from harness.peers import HAPROXY, NGINX, Haproxy, Nginx, Relay

ORIGINS = [f"https://chat{n}.example.com" for n in range(20)]


class NginxWithCors(Nginx):
    text = NGINX.replace("      proxy_pass", """      add_header Access-Control-Allow-Origin $http_origin;
      add_header Access-Control-Allow-Credentials true;
      proxy_pass""")


class HaproxyWithCors(Haproxy):
    text = HAPROXY.replace("  default_backend", """  http-request set-var(txn.o) req.hdr(origin)
  http-response set-header Access-Control-Allow-Origin %[var(txn.o)] if {{ var(txn.o) -m found }}
  http-response set-header Access-Control-Allow-Credentials true if {{ var(txn.o) -m found }}
  default_backend""")


CORS = gatehouse(
    ['{name: api, priority: 1, when: {path: "/api/*"}, plugins: [browser], action: {forward: origin}}'],
    "plugins: {browser: {use: cors, with: {origins: [%s], credentials: true}}}\n" % ", ".join(f'"{o}"' for o in ORIGINS))


def from_a_page(number):
    return Request(f"/api/users/{number}", fields=(f"Origin: {ORIGINS[number % len(ORIGINS)]}",))


def main():
    claim = Claim(__doc__)
    contenders = {"relay": Relay, "nginx": NginxWithCors, "haproxy": HaproxyWithCors, "gatehouse": CORS}
    rounds = compare(contenders, lambda folder: Wrk(folder, from_a_page), claim.options)
    table(rounds, added)
    peer, share, shares = cheapest_share(rounds)
    claim.holds(f"share of {peer}", share, 0.50, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

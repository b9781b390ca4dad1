"""Claim: CORS around proxied 1 KiB answers adds at most 0.50 of what it takes the cheapest peer to do the same.

A request names one of twenty origins that are allowed; the answer names it again. The peers say it of every origin, which
is less than the gateway does.
"""

import sys

from harness.compare import gatehouse, share_of_cheapest
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
    contenders = {"relay": Relay, "nginx": NginxWithCors, "haproxy": HaproxyWithCors, "gatehouse": CORS}
    return share_of_cheapest(__doc__, contenders, lambda folder: Wrk(folder, from_a_page), 0.50)


if __name__ == "__main__":
    sys.exit(main())

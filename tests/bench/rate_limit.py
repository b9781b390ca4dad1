"""Claim: a rate limit around proxied 1 KiB answers adds at most 0.50 of what it takes the cheapest peer to do the same.

100,000 keys, each named by a header field and none twice in a row; all are alive in the tables of everybody, and nobody is
refused. The peers tell a client nothing; the gateway says what is left.
"""

import sys

from harness.compare import gatehouse, share_of_cheapest
from harness.load import RATE, SCRIPT, Wrk
from harness.peers import HAPROXY, NGINX, Haproxy, Nginx, Relay

KEYS = 100_000


class WrkWithKeys(Wrk):
    """Connections whose requests name one key after the other."""

    def __init__(self, folder):
        super().__init__(folder)
        lines = (f'"GET /api/users/{n} HTTP/1.1\\r\\nHost: gw.test\\r\\nX-Api-Key: alice{n}:admin\\r\\n\\r\\n"'
                 for n in range(KEYS))
        delay = f"delay = function() return {self.connections * 1000 // RATE} end"
        self._script.write_text(SCRIPT.format(requests=",\n".join(lines), delay=delay))


class NginxWithLimit(Nginx):
    text = NGINX.replace("  upstream", "  limit_req_zone $http_x_api_key zone=z:20m rate=1000000r/s;\n  upstream").replace(
        "      proxy_pass", "      limit_req zone=z burst=1000000 nodelay;\n      proxy_pass")


class HaproxyWithLimit(Haproxy):
    text = HAPROXY.replace("  default_backend", """  stick-table type string len 64 size 200k expire 60s store http_req_rate(1s)
  http-request track-sc0 req.hdr(x-api-key)
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 1000000 }}
  default_backend""")


LIMIT = gatehouse(['{name: api, priority: 1, when: {path: "/api/*"}, plugins: [{use: rate_limit, '
                   'with: {key: "header:X-Api-Key", rate: 1000/s, burst: 100000}}], action: {forward: origin}}'])


def main():
    contenders = {"relay": Relay, "nginx": NginxWithLimit, "haproxy": HaproxyWithLimit, "gatehouse": LIMIT}
    return share_of_cheapest(__doc__, contenders, WrkWithKeys, 0.50)


if __name__ == "__main__":
    sys.exit(main())

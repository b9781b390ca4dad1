"""Rules that differ in one kind of condition, and requests that meet them."""

import dataclasses

from harness.load import Request

METHODS = "GET POST PUT PATCH DELETE OPTIONS COPY MOVE LOCK UNLOCK".split()  # that the load generator knows
SCATTER = 7919  # a prime, so that neighbours in time are no neighbours in the file
TRUSTED = "trusted_proxies: [127.0.0.1]\n"  # the load generator says for whom a request is


@dataclasses.dataclass(frozen=True)
class Kind:
    """What rule `n` asks for, and a request that it takes; `salt` tells requests of a rule apart."""

    when: object
    request: object
    alone: str = ""  # what one rule asks for that takes all of the requests; "": rule 0 and its own

    def rules(self, count):
        whens = [self.alone] if count == 1 and self.alone else map(self.when, range(count))
        return [f"{{name: svc{i}, priority: {i + 1}, when: {{{when}}}, action: {{forward: origin}}}}"
                for i, when in enumerate(whens)]

    def spread(self, count, of):
        """What request number n asks for: each of `count` rules in turn, or with one rule what `of` of them would be asked."""
        asked = of if count == 1 and self.alone else count
        return lambda n: self.request(n * SCATTER % asked, n)


def source(n):
    """The address that a request of rule n comes from (many_sources.c)."""
    return f"127.{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"


def under_api(condition):
    return lambda n: f'path: "/api/*", {condition(n)}'


KINDS = {
    "host exact": Kind(lambda n: f"host: t{n}.test", lambda n, salt: Request(f"/api/{salt}", host=f"t{n}.test")),
    "host wildcard": Kind(lambda n: f'host: "*.t{n}.test"',
                          lambda n, salt: Request("/api/x", host=f"w{salt % 97}.t{n}.test")),
    "host and path": Kind(lambda n: f'host: t{n}.test, path: "/api/*"',
                          lambda n, salt: Request(f"/api/{salt}", host=f"t{n}.test")),
    "path exact": Kind(lambda n: f"path: /svc{n}/items", lambda n, salt: Request(f"/svc{n}/items?n={salt}")),
    "path prefix": Kind(lambda n: f'path: "/svc{n}/*"', lambda n, salt: Request(f"/svc{n}/v1/items/{salt}")),
    "path wildcard": Kind(lambda n: f'path: "/svc{n}/*/items/*"',
                          lambda n, salt: Request(f"/svc{n}/v{salt % 97}/items/{salt}")),
    "path suffix": Kind(lambda n: f'path: "*.f{n}"', lambda n, salt: Request(f"/static/{salt}.f{n}")),
    "header": Kind(under_api(lambda n: f"header: {{X-Tenant: t-{n}}}"),
                   lambda n, salt: Request(f"/api/{salt}", fields=(f"X-Tenant: t-{n}",))),
    "header wildcard": Kind(under_api(lambda n: f'header: {{X-Tenant: "t-{n}-*"}}'),
                            lambda n, salt: Request("/api/x", fields=(f"X-Tenant: t-{n}-{salt}",))),
    "several headers": Kind(under_api(lambda n: f"header: [{{X-Tenant: t-{n // 10}}}, {{X-Zone: z-{n % 10}}}]"),
                            lambda n, salt: Request(f"/api/{salt}", fields=(f"X-Tenant: t-{n // 10}", f"X-Zone: z-{n % 10}"))),
    "method": Kind(lambda n: f'path: "/svc{n // 10}/*", method: {METHODS[n % 10]}',
                   lambda n, salt: Request(f"/svc{n // 10}/{salt}", METHODS[n % 10])),
    "query": Kind(under_api(lambda n: f"query: {{tenant: t{n}}}"),
                  lambda n, salt: Request(f"/api/x?a={salt}&tenant=t{n}")),
    "query any": Kind(under_api(lambda n: f"query: {{any: t{n}}}"),
                      lambda n, salt: Request(f"/api/x?a={salt}&tenant=t{n}")),
    "source_ip": Kind(under_api(lambda n: f"source_ip: {source(n)}"), lambda n, salt: Request(f"/api/{salt}")),
    "client_ip": Kind(under_api(lambda n: f"client_ip: {source(n)}"),
                      lambda n, salt: Request(f"/api/{salt}", fields=(f"X-Forwarded-For: {source(n)}",))),
    "all at once": Kind(lambda n: f'host: "*.t{n % 100}.test", path: "/svc{n}/*", method: [GET, HEAD], '
                                  f'header: {{X-Tenant: "t*"}}, query: {{v: "{n % 10}"}}',
                        lambda n, salt: Request(f"/svc{n}/{salt}?v={n % 10}", host=f"w.t{n % 100}.test", fields=("X-Tenant: t1",))),
}
MIXED = [kind for name, kind in KINDS.items() if name != "source_ip"]
KINDS["a mixture"] = Kind(lambda n: MIXED[n % len(MIXED)].when(n), lambda n, salt: MIXED[n % len(MIXED)].request(n, salt),
                          'path: "/*"')

"""Claim: a rule takes at most 1.15 KiB of the whole serving process, one with a host of its own 1.75 KiB.

Once it has served a request it takes 192 bytes more a worker. Compared are the private pages of a gateway with 10,000
rules and of one with 10, of each kind of condition.
"""

import pathlib
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.serial import Client, Origin

FEW, MANY = 10, 10000
SERVED = 192  # what a rule is counted in
KINDS = {  # conditions of a rule, the target and the further fields of a request that meets them
    "path prefix": lambda n: (f'path: "/svc{n}/*"', f"/svc{n}/x", "Host: a.test"),
    "path wildcard": lambda n: (f'path: "/svc{n}/*/items/*"', f"/svc{n}/1/items/2", "Host: a.test"),
    "host and path": lambda n: (f'host: "t{n}.test", path: "/api/*"', "/api/x", f"Host: t{n}.test"),
    "header": lambda n: (f'path: "/api/*", header: {{X-Tenant: t-{n}}}', "/api/x", f"Host: a.test\r\nX-Tenant: t-{n}"),
    "query": lambda n: (f'path: "/api/*", query: {{tenant: t{n}}}', f"/api/x?tenant=t{n}", "Host: a.test"),
}


def rules(kind, count):
    return [f'{{name: svc{i}, priority: {i + 1}, when: {{{kind(i)[0]}}}, action: {{forward: origin}}}}' for i in range(count)]


def sizes(kind, count, origin):
    """KiB of the serving process when it has started, and when every rule has served a request."""
    with tempfile.TemporaryDirectory(prefix="bench.") as folder:
        gateway = Gatehouse(pathlib.Path(folder), origin.port, rules=rules(kind, count))
        try:
            fresh = resident_kib(gateway.serving_pid(), "RssAnon")
            client = Client(gateway.port)
            for i in range(count):
                _, target, fields = kind(i)
                client.asks(target.encode(), f"{fields}\r\n".encode())
            return fresh, resident_kib(gateway.serving_pid(), "RssAnon")
        finally:
            gateway.stop()


def main():
    claim = Claim(__doc__)
    origin = Origin()
    for name, kind in KINDS.items():
        most = 1792 if "host" in name else 1178
        for when, few, many in zip(("fresh", "used"), sizes(kind, FEW, origin), sizes(kind, MANY, origin)):
            claim.holds(f"{name}, {when}", (many - few) * 1024 / (MANY - FEW), most + SERVED * (when == "used"), unit=" B")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

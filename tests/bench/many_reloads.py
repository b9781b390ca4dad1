"""Claim: 10,000 reloads leave memory where it was: at most 1 MiB above what the first 1,000 left."""

import http.client
import pathlib
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.serial import Client, Origin

RELOADS, FIRST = 10000, 1000
RULES = 20


def rules(generation):
    """All of them are different in every generation."""
    return [f'{{name: r{i}, priority: {i + 1}, when: {{path: ["/api/*", "/g{generation}/{i}/*"]}}, action: {{forward: origin}}}}'
            for i in range(RULES)]


def reload(gateway, admin, generation):
    gateway.writes(rules(generation))
    admin.request("POST", "/reload")
    answer = admin.getresponse()
    body = answer.read()
    assert answer.status == 200 and b"is live" in body, (answer.status, body)


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        gateway = Gatehouse(pathlib.Path(temporary), Origin().port, rules=rules(0))
        try:
            admin, client = http.client.HTTPConnection("127.0.0.1", gateway.admin_port), Client(gateway.port)
            sizes = []
            for generation in range(1, RELOADS + 1):
                reload(gateway, admin, generation)
                client.requests(1)
                if generation in (FIRST, RELOADS):
                    sizes.append(resident_kib(gateway.serving_pid(), "RssAnon"))
        finally:
            gateway.stop()
    print(f"  {sizes[0]} KiB after {FIRST} reloads, {sizes[1]} KiB after {RELOADS}")
    claim.holds("growth", (sizes[1] - sizes[0]) / 1024, 1, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

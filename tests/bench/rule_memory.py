"""Claim: a rule takes at most 1 KiB of the whole serving process, whatever it asks for, also when it has served requests.

Compared are the private pages of a gateway with 10,000 rules and of one with 10, one worker, of each kind of condition.
"""

import pathlib
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.rule_kinds import KINDS, TRUSTED, source
from harness.serial import Client, Origin

FEW, MANY = 10, 10000
MOST = 1024


def serve_all(gateway, name, count):
    """A request to every rule."""
    client = Client(gateway.port)
    for i in range(count):
        if name == "source_ip":
            client = Client(gateway.port, source(i))
        client.sends(KINDS[name].request(i, 1).text().encode())


def sizes(name, count, origin):
    """KiB of the serving process when it has started, and when every rule has served a request."""
    with tempfile.TemporaryDirectory(prefix="bench.") as folder:
        gateway = Gatehouse(pathlib.Path(folder), origin.port, rules=KINDS[name].rules(count), more=TRUSTED)
        try:
            fresh = resident_kib(gateway.serving_pid(), "RssAnon")
            serve_all(gateway, name, count)
            return fresh, resident_kib(gateway.serving_pid(), "RssAnon")
        finally:
            gateway.stop()


def main():
    claim = Claim(__doc__)
    origin = Origin()
    for name in KINDS:
        for when, few, many in zip(("fresh", "used"), sizes(name, FEW, origin), sizes(name, MANY, origin)):
            claim.holds(f"{name}, {when}", (many - few) * 1024 / (MANY - FEW), MOST, unit=" B")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

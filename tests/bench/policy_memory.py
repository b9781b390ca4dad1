"""Claim: 1,000 routes with a policy each, all of them different files, take less than 40 MiB of a worker.

Compared are the private pages of a gateway with 1,000 such routes and of one with none, one worker, each policy run once.
"""

import http.client
import pathlib
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.serial import Origin

ROUTES = 1000
MOST_MIB = 40
POLICY = (pathlib.Path(__file__).resolve().parents[1] / "contract/policies/api_key.lua").read_text()


def rule(number, more=""):
    return (f"{{name: r{number}, priority: {number + 1}, when: {{path: /r{number}}}, {more}"
            "action: {respond: {status: 200}}}")


def size_kib(rules, origin):
    """Private pages once each rule has answered."""
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        (folder / "policies").mkdir()
        for number in range(ROUTES):
            (folder / f"policies/p{number}.lua").write_text(f"-- {number}\n{POLICY}")
        gateway = Gatehouse(folder, origin.port, rules=rules)
        try:
            client = http.client.HTTPConnection("127.0.0.1", gateway.port)
            for number in range(ROUTES):
                client.request("GET", f"/r{number}", headers={"X-Api-Key": "bob:user"})
                answer = client.getresponse()
                assert answer.status == 200, answer.status
                answer.read()
            return resident_kib(gateway.serving_pid(), "RssAnon")
        finally:
            gateway.stop()


def main():
    claim = Claim(__doc__)
    origin = Origin()
    plain = size_kib([rule(n) for n in range(ROUTES)], origin)
    policies = size_kib([rule(n, f"policy: policies/p{n}.lua, ") for n in range(ROUTES)], origin)
    print(f"  {plain} KiB without policies, {policies} KiB with them")
    claim.holds("policies", (policies - plain) / 1024, MOST_MIB, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

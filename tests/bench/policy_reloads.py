"""Claim: 10,000 reloads with a changing policy drop no request, and memory ends at most 2 MiB above what the first 1,000 left."""

import http.client
import pathlib
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.serial import Client, Origin

RELOADS, FIRST = 10000, 1000
RULES = ['{name: api, priority: 1, when: {path: "/api/*"}, policy: policies/p.lua, action: {forward: origin}}']


def policy(generation):
    """Another one each time, which keeps something."""
    return (f"local kept = {{}} for i = 1, 100 do kept[i] = 'g{generation}' .. i end\n"
            "return { request = function(x) if #kept ~= 100 then x:deny() end "
            f"x.upstream.headers['X-Generation'] = {generation} end }}")


def reload(folder, admin, generation):
    (folder / "policies/p.lua").write_text(policy(generation))
    admin.request("POST", "/reload")
    answer = admin.getresponse()
    body = answer.read()
    assert answer.status == 200 and b"is live" in body, (answer.status, body)


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        (folder / "policies").mkdir()
        (folder / "policies/p.lua").write_text(policy(0))
        gateway = Gatehouse(folder, Origin().port, rules=RULES)
        try:
            admin, client = http.client.HTTPConnection("127.0.0.1", gateway.admin_port), Client(gateway.port)
            sizes = []
            for generation in range(1, RELOADS + 1):
                reload(folder, admin, generation)
                client.requests(1)  # raises if it is not answered by the origin
                if generation in (FIRST, RELOADS):
                    sizes.append(resident_kib(gateway.serving_pid(), "RssAnon"))
        finally:
            gateway.stop()
    print(f"  {sizes[0]} KiB after {FIRST} reloads, {sizes[1]} KiB after {RELOADS}")
    claim.holds("growth", (sizes[1] - sizes[0]) / 1024, 2, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

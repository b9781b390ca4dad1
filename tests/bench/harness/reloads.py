"""Thousands of reloads, each of which has to go live, and the memory that they leave."""

import http.client
import pathlib
import tempfile

from harness.gatehouse import Gatehouse
from harness.processes import resident_kib
from harness.serial import Client, Origin

RELOADS, FIRST = 10000, 1000


def growth_mib(rules, change):
    """What the gateway grows by between the first reloads and the last; `change(gateway, generation)` writes what is to be loaded."""
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        (folder / "policies").mkdir()
        gateway = Gatehouse(folder, Origin().port, rules=rules, before=lambda it: change(it, 0))
        try:
            admin, client = http.client.HTTPConnection("127.0.0.1", gateway.admin_port), Client(gateway.port)
            sizes = []
            for generation in range(1, RELOADS + 1):
                change(gateway, generation)
                admin.request("POST", "/reload")
                answer = admin.getresponse()
                body = answer.read()
                assert answer.status == 200 and b"is live" in body, (answer.status, body)
                client.requests(1)  # raises if it is not answered by the origin
                if generation in (FIRST, RELOADS):
                    sizes.append(resident_kib(gateway.serving_pid(), "RssAnon"))
        finally:
            gateway.stop()
    print(f"  {sizes[0]} KiB after {FIRST} reloads, {sizes[1]} KiB after {RELOADS}")
    return (sizes[1] - sizes[0]) / 1024

"""Claim: after a warm-up no request takes anything from the heap.

Every thread's allocations are counted by a library that is loaded before libc.
"""

import pathlib
import struct
import sys
import tempfile

from harness.claim import Claim
from harness.compiled import compiled
from harness.gatehouse import Gatehouse
from harness.processes import thread
from harness.serial import Client, Origin

REQUESTS = 10000
PLACES = 1 << 16  # count_allocations.c


def allocations(file, task):
    with open(file, "rb") as counts:
        counts.seek(task % PLACES * 8)
        return struct.unpack("=Q", counts.read(8))[0]


def main():
    claim = Claim(__doc__)
    library = compiled("count_allocations", "-shared", "-fPIC")
    for access_log in ("off", "{path: access.log}"):
        with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
            folder = pathlib.Path(temporary)
            counts = folder / "allocations"
            gateway = Gatehouse(folder, Origin().port, access_log=access_log,
                                env={"LD_PRELOAD": library, "ALLOCATIONS": str(counts)})
            try:
                client, task = Client(gateway.port), thread(gateway.serving_pid(), "worker-0")
                client.requests(REQUESTS // 10)
                before = allocations(counts, task)
                assert before > 0, "nothing is counted"
                client.requests(REQUESTS)
                claim.holds(f"allocations in {REQUESTS} requests, access log {access_log}",
                            allocations(counts, task) - before, 0)
            finally:
                gateway.stop()
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

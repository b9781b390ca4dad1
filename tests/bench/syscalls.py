"""Claim: a serial request takes exactly two each of epoll_wait, recv and send; access log and clock are amortised.

`strace -c` on the worker's thread while one connection asks again and again.
"""

import collections
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

from harness import until
from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import thread
from harness.serial import Client, Origin

REQUESTS = 5000
TWICE = ("epoll_wait", "recv", "send")
CALLS = {"recvfrom": "recv", "sendto": "send", "epoll_pwait": "epoll_wait"}  # the kernel's names of what libc calls
SELDOM = 0.01  # what timers and the log may add to a request


def traced(task, work, folder):
    """How often the thread made each system call during `work`."""
    counts, said = folder / "strace", folder / "strace.stderr"
    with open(said, "w") as stderr:
        strace = subprocess.Popen(["strace", "-c", "-o", str(counts), "-p", str(task)], stderr=stderr)
    until(lambda: "attached" in said.read_text(), "strace does not attach")
    work()
    strace.send_signal(signal.SIGINT)
    strace.wait()
    found = collections.Counter()
    for calls, name in re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", counts.read_text(), re.M):
        if name != "total":
            found[CALLS.get(name, name)] += int(calls)
    return found


def main():
    claim = Claim(__doc__)
    for access_log in ("off", "{path: access.log}"):
        with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
            folder = pathlib.Path(temporary)
            gateway = Gatehouse(folder, Origin().port, access_log=access_log)
            try:
                client, pid = Client(gateway.port), gateway.serving_pid()
                client.requests(REQUESTS // 10)
                calls = traced(thread(pid, "worker-0"), lambda: client.requests(REQUESTS), folder)
            finally:
                gateway.stop()
        print(f"  access log {access_log}: {dict(calls.most_common())} in {REQUESTS} requests")
        for name in TWICE:
            claim.holds(f"{name} a request, besides two", abs(calls[name] / REQUESTS - 2), SELDOM)
        others = sum(count for name, count in calls.items() if name not in TWICE)
        claim.holds("other calls a request", others / REQUESTS, SELDOM)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

"""Claim: 10,000 changed rules under load take at most 600 ms of the control thread and pause a worker at most 200 µs.

The p99.9 meanwhile is at most twice that of the same seconds without a reload; 200 rules take at most 20 ms.
"""

import pathlib
import statistics
import sys
import tempfile

from harness.claim import Claim, between
from harness.gatehouse import Gatehouse
from harness.load import Wrk
from harness.origin import Origin
from harness.processes import CONTENDER_CORE, thread_cpu_seconds
from harness.rule_kinds import KINDS

LARGE, SMALL = 10000, 200


def rules(count, generation):
    """All of them are different in every generation, and match what the load asks for."""
    return [f'{{name: svc{i}, priority: {i + 1}, when: {{path: ["/svc{i}/*/items/*", "/g{generation}/{i}"]}}, '
            f'action: {{forward: origin}}}}' for i in range(count)]


class Reloads:
    """What some reloads took: the event's wall clock, the control thread's processor time, a worker's pause."""

    def __init__(self, gateway, count):
        self.gateway, self.count = gateway, count
        self.wall_ms, self.cpu_ms, self.pause_us = [], [], []

    def once(self):
        pid = self.gateway.serving_pid()
        before = thread_cpu_seconds(pid, pid)  # the first thread is control's
        event = self.gateway.reload(rules(self.count, len(self.wall_ms) + 1))
        self.cpu_ms.append((thread_cpu_seconds(pid, pid) - before) * 1000)
        self.wall_ms.append(event["milliseconds"])
        self.pause_us.append(event["pause_microseconds"])


def under_load(gateway, load, seconds, reloads):
    """The p99.9 of some seconds of load, of which one is the reload's when there is one."""
    loading = load.start(gateway.port, seconds)
    if reloads:
        reloads.once()
    answered = loading()
    assert answered.bad == 0, f"{answered.bad} bad answers"
    return answered.p999_us


def large(claim, folder, origin):
    gateway = Gatehouse(folder, origin.port, rules=rules(LARGE, 0), core=CONTENDER_CORE)
    quiet, reloading, reloads = [], [], Reloads(gateway, LARGE)
    try:
        load = Wrk(folder, KINDS["path wildcard"].spread(LARGE, LARGE))
        load.run(gateway.port, 1)
        for _ in range(claim.options.rounds):
            quiet.append(under_load(gateway, load, claim.options.seconds, None))
            reloading.append(under_load(gateway, load, claim.options.seconds, reloads))
    finally:
        gateway.stop()
    print(f"  wall clock, worker and control on one core: {statistics.median(reloads.wall_ms)} ms{between(reloads.wall_ms)}")
    claim.holds(f"{LARGE} rules, control thread", statistics.median(reloads.cpu_ms), 600, reloads.cpu_ms, " ms")
    claim.holds("longest pause of a worker", max(reloads.pause_us), 200, reloads.pause_us, " µs")
    shares = sorted(a / b for a, b in zip(reloading, quiet))
    print(f"  p99.9: {statistics.median(quiet):.0f} µs, with a reload {statistics.median(reloading):.0f} µs")
    claim.holds("p99.9 with a reload", statistics.median(reloading) / statistics.median(quiet), 2, shares)


def small(claim, folder, origin):
    gateway = Gatehouse(folder, origin.port, rules=rules(SMALL, 0), core=CONTENDER_CORE)
    try:
        reloads = Reloads(gateway, SMALL)
        for _ in range(claim.options.rounds):
            reloads.once()
    finally:
        gateway.stop()
    claim.holds(f"{SMALL} rules", statistics.median(reloads.wall_ms), 20, reloads.wall_ms, " ms")


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        origin = Origin(folder / "origin")
        try:
            for name, part in (("large", large), ("small", small)):
                (folder / name).mkdir()
                part(claim, folder / name, origin)
        finally:
            origin.stop()
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

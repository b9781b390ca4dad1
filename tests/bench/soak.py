"""Claim: ten minutes of traffic with 20 endless policies a second mixed in leave memory where it was, within 1 MiB.

2,000 requests a second run a policy that keeps, decodes, matches and asks; `--seconds` is how long. Compared are the medians of the
second and of the last sixth of the time: in the first, caches and tables get what they are bounded by.
"""

import pathlib
import statistics
import sys
import tempfile
import threading
import time

from bombs import BOMB, KINDS, statuses
from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.load import Request, Wrk
from harness.origin import Origin
from harness.processes import CONTENDER_CORE, resident_kib

BOMBS_PER_SECOND, RATE = 20, 2000
MOST_MIB = 1
BUSY = """
local seen = gate.regex("^/api/users/([0-9]+)$")
return { request = function(x)
  local user = seen:match(x.request.path)
  gate.shared.incr("times:" .. user, 1, "5s")
  local said = gate.json.decode('{"user": "' .. user .. '", "roles": ["a", "b"]}')
  if gate.limit { key = user, rate = "1000/s", burst = 1000 } and user:find("7$") then
    gate.fetch("origin", { path = "/ask/" .. user, json = said })
  end
  x.upstream.headers["X-Roles"] = table.concat(said.roles, ",")
end }
"""
RULES = ["{name: bomb, priority: 1, when: {path: /bomb}, policy: policies/bomb.lua, action: {respond: {status: 200}}}",
         '{name: api, priority: 2, when: {path: "/api/*"}, policy: policies/busy.lua, action: {forward: origin}}']


def policies(gateway):
    (gateway.folder / "policies").mkdir()
    (gateway.folder / "policies/bomb.lua").write_text(BOMB)
    (gateway.folder / "policies/busy.lua").write_text(BUSY)


def sizes(pid, seconds):
    """Anonymous memory of the process, each second."""
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found.append(resident_kib(pid, "RssAnon"))
        time.sleep(1)
    return found


def soak(folder, seconds):
    """The memory, each second; what the bombs were answered; the traffic."""
    origin = Origin(folder / "origin")
    (folder / "gateway").mkdir()
    gateway = Gatehouse(folder / "gateway", origin.port, rules=RULES, core=CONTENDER_CORE, before=policies)
    bombs = []
    try:
        traffic = Wrk(folder, lambda n: Request(f"/api/users/{n}"), rate=RATE).start(gateway.port, seconds)
        bomber = threading.Thread(target=statuses, args=(
            gateway.port, lambda n: "/bomb?kind=" + KINDS[n % len(KINDS)], 1 / BOMBS_PER_SECOND, time.monotonic() + seconds,
            lambda status, _: bombs.append(status)))
        bomber.start()
        found = sizes(gateway.serving_pid(), seconds)
        bomber.join()
        return found, bombs, traffic()
    finally:
        gateway.stop()
        origin.stop()


def main():
    claim = Claim(__doc__, lambda parser: parser.set_defaults(seconds=600))
    seconds = claim.options.seconds
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        found, bombs, traffic = soak(folder, seconds)
    sixth = max(len(found) // 6, 1)
    early, late = statistics.median(found[sixth:2 * sixth]), statistics.median(found[-sixth:])
    print(f"  {seconds} s: {traffic.requests} requests, p99 {traffic.p99_us:.0f} µs, {len(bombs)} bombs; "
          f"{early:.0f} KiB at first, {late:.0f} KiB in the end, {min(found)} to {max(found)}")
    claim.holds("bad answers", traffic.bad, 0)
    claim.holds("bombs missing", BOMBS_PER_SECOND - len(bombs) / seconds, BOMBS_PER_SECOND * 0.1, unit="/s")
    claim.holds("bombs not contained", sum(status != 503 for status in bombs), 0)
    claim.holds("growth", (late - early) / 1024, MOST_MIB, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

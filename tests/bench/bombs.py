"""Claim: 50 endless policies a second on one worker (budget 5 ms) leave the others' 99th percentile under 20 ms.

Every kind of bomb takes its turn: loops that catch their own end, memory, patterns, sorting.
"""

import http.client
import pathlib
import statistics
import sys
import tempfile
import threading
import time

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.serial import Origin

BOMBS_PER_SECOND = 50
MOST_MS = 20
BOMB = """
local kinds = {
  loop = function() while true do pcall(function() while true do end end) end end,
  memory = function() local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end end,
  pattern = function() return ("a"):rep(5000):find(("a-"):rep(12) .. "b") end,
  sort = function() local t = {} for i = 1, 2e4 do t[i] = i end table.sort(t, function() return true end) end,
}
return { request = function(x) kinds[x.request.query.kind]() end }
"""
FINE = "return { request = function(x) if not x.request.headers['X-Api-Key'] then x:deny(401) end end }"
RULES = ["{name: bomb, priority: 1, when: {path: /bomb}, policy: policies/bomb.lua, action: {respond: {status: 200}}}",
         "{name: fine, priority: 2, when: {path: /fine}, policy: policies/fine.lua, action: {respond: {status: 200}}}"]
KINDS = ("loop", "memory", "pattern", "sort")


def statuses(port, target, every, until, say):
    """One request in each `every` seconds, on one connection; `say` gets its status and how long it took."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    due = time.monotonic()
    number = 0
    while (now := time.monotonic()) < until:
        if now < due:
            time.sleep(due - now)
        due += every
        began = time.monotonic()
        client.request("GET", target(number), headers={"X-Api-Key": "k"})
        answer = client.getresponse()
        answer.read()
        say(answer.status, (time.monotonic() - began) * 1000)
        number += 1


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        (folder / "policies").mkdir()
        (folder / "policies/bomb.lua").write_text(BOMB)
        (folder / "policies/fine.lua").write_text(FINE)
        gateway = Gatehouse(folder, Origin().port, rules=RULES)
        bombs, took = [], []
        until = time.monotonic() + 4 * claim.options.seconds
        try:
            bomber = threading.Thread(target=statuses, args=(
                gateway.port, lambda n: "/bomb?kind=" + KINDS[n % len(KINDS)], 1 / BOMBS_PER_SECOND, until,
                lambda status, _: bombs.append(status)))
            bomber.start()
            statuses(gateway.port, lambda _: "/fine", 0.002, until,
                     lambda status, ms: took.append(ms if status == 200 else float("inf")))
            bomber.join()
        finally:
            gateway.stop()
    per_second = len(bombs) / (4 * claim.options.seconds)
    print(f"  {per_second:.0f} bombs a second, {sum(each == 503 for each in bombs)} of {len(bombs)} contained; "
          f"others: {len(took)}, median {statistics.median(took):.2f} ms")
    claim.holds("bombs missing", BOMBS_PER_SECOND - per_second, BOMBS_PER_SECOND * 0.1, unit="/s")
    claim.holds("bombs not contained", sum(each != 503 for each in bombs), 0)
    claim.holds("99th percentile", statistics.quantiles(took, n=100)[98], MOST_MS, unit=" ms")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

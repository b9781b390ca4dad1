"""Claim: a policy that awaits Redis or an HTTP target adds at most 10 µs of CPU to a proxied request, and the round trip.

The same route with and without it, 20,000 different keys; what it adds is the difference of the rounds that were pairs.
"""

import pathlib
import socket
import statistics
import sys
import tempfile

from harness import ports
from harness.claim import Claim, table
from harness.compare import compare, cpu
from harness.gatehouse import Gatehouse
from harness.load import DIFFERENT, Request, Wrk
from harness.processes import LOAD_CORE, Process, wait_for_port

MOST_US = 10
POLICIES = {
    "redis": """return { request = function(x)
  local role = gate.redis.get("role:" .. x.request.headers["X-Api-Key"])
  if role ~= "user" then x:deny(403) end
end }""",
    "http": """return { request = function(x)
  local said = gate.fetch("origin", { path = "/decide/" .. x.request.headers["X-Api-Key"] })
  if not said or said.status ~= 200 then x:deny(403) end
end }""",
}


class Redis:
    """With a role for each key that is asked for."""

    def __init__(self, folder):
        self.port = ports.reserve()
        self._process = Process(["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
                                core=LOAD_CORE, log=folder / "redis.log")
        wait_for_port(self.port)
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall("".join(f"SET role:key{n} user\r\n" for n in range(DIFFERENT)).encode() + b"QUIT\r\n")
            replies = b"".join(iter(lambda: connection.recv(65536), b""))
        assert replies == b"+OK\r\n" * (DIFFERENT + 1), replies[:200]

    def stop(self):
        self._process.stop()
        ports.release(self.port)


def gateway(policy, redis):
    """One whose route has that policy, or none."""
    step = "policy: policies/p.lua, " if policy else ""
    rule = f'{{name: api, priority: 1, when: {{path: "/api/*"}}, {step}action: {{forward: origin}}}}'

    def write(it):
        (it.folder / "policies").mkdir()
        (it.folder / "policies/p.lua").write_text(policy)

    return lambda folder, origin_port, core: Gatehouse(
        folder, origin_port, rules=[rule], core=core, more=f'stores: {{redis: {{url: "redis://127.0.0.1:{redis.port}"}}}}\n',
        before=write if policy else None)


def with_key(number):
    return Request(f"/api/users/{number}", fields=(f"X-Api-Key: key{number}",))


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        redis = Redis(pathlib.Path(temporary))
        try:
            contenders = {"no policy": gateway("", redis), **{name: gateway(text, redis) for name, text in POLICIES.items()}}
            rounds = compare(contenders, lambda folder: Wrk(folder, with_key), claim.options)
        finally:
            redis.stop()
    table(rounds, cpu)
    for name in POLICIES:
        added = [mine - without for mine, without in zip(cpu(rounds, name), cpu(rounds, "no policy"))]
        later = statistics.median(r.answered.p50_us - w.answered.p50_us for r, w in zip(rounds[name], rounds["no policy"]))
        print(f"  {name}: the median answer comes {later:.0f} µs later")
        claim.holds(f"CPU that awaiting {name} adds", statistics.median(added), MOST_US, added, unit=" µs")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

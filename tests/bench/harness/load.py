"""What a contender is asked: requests that differ from one another, at a rate that is alike for all."""

import dataclasses
import json
import os
import re
import subprocess

from harness.compiled import compiled
from harness.processes import pinned

# Where a cache or a hot branch would flatter, no request is like the one before.
DIFFERENT = 20000
RATE = 10000
SCRIPT = """local requests = {{
{requests}
}}
local last = 0
request = function() last = last % #requests + 1 return requests[last] end
{delay}
done = function(summary, latency)
  io.write(string.format("percentiles %d %d %d\\n", latency:percentile(50), latency:percentile(99),
                         latency:percentile(99.9)))
end
"""


@dataclasses.dataclass
class Answered:
    requests: int
    bad: int  # refused, failed or answered with an error
    p50_us: float = 0
    p99_us: float = 0
    p999_us: float = 0


@dataclasses.dataclass(frozen=True)
class Request:
    target: str
    method: str = "GET"
    host: str = "gw.test"
    fields: tuple = ()

    def text(self):
        return "\r\n".join((f"{self.method} {self.target} HTTP/1.1", f"Host: {self.host}", *self.fields, "", ""))


def api_requests(number):
    return Request(f"/api/users/{number}")


class Wrk:
    """Connections that ask for `requests(0)`, `requests(1)` …; `rate` a second, or without one as fast as it goes.

    With `sources` they come from so many addresses (many_sources.c).
    """

    def __init__(self, folder, requests=api_requests, connections=64, rate=RATE, sources=0):
        self.connections = connections
        self._environment = {"LD_PRELOAD": compiled("many_sources", "-shared", "-fPIC"), "SOURCES": str(sources)} if sources else {}
        self._script = folder / f"load-{id(self)}.lua"
        lines = (json.dumps(requests(n).text()) for n in range(DIFFERENT))
        delay = f"delay = function() return {connections * 1000 // rate} end" if rate else ""
        self._script.write_text(SCRIPT.format(requests=",\n".join(lines), delay=delay))

    def start(self, port, seconds):
        """Begins; what it returns waits for the end and says what was answered."""
        process = subprocess.Popen(
            pinned("wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "10s",
                   "-s", str(self._script), f"http://127.0.0.1:{port}/"), stdout=subprocess.PIPE, text=True,
            env={**os.environ, **self._environment})
        return lambda: self._read(process.communicate()[0])

    def run(self, port, seconds):
        return self.start(port, seconds)()

    @staticmethod
    def _read(text):
        bad = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", text)))
        for kinds in re.findall(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text):
            bad += sum(map(int, kinds))
        percentiles = map(int, re.search(r"percentiles (\d+) (\d+) (\d+)", text).groups())
        return Answered(int(re.search(r"(\d+) requests in", text).group(1)), bad, *percentiles)


class ManyConnections:
    """`rate` requests a second spread evenly over so many connections that wrk would not pace them."""

    def __init__(self, connections, path="/api/users/me", rate=RATE):
        self.connections, self.path, self.rate = connections, path, rate

    def run(self, port, seconds):
        command = pinned("h2load", "--h1", "-t1", f"-c{self.connections}", f"-D{seconds}",
                         f"--rps={self.rate / self.connections:.2f}", f"http://127.0.0.1:{port}{self.path}")
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        bad = int(re.search(r"(\d+) failed", text).group(1))
        bad += sum(map(int, re.search(r"(\d+) 3xx, (\d+) 4xx, (\d+) 5xx", text).groups()))
        return Answered(int(re.search(r"(\d+) succeeded", text).group(1)), bad)

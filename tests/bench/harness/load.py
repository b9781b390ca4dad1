"""What a contender is asked: requests that differ from one another, at a rate that is alike for all."""

import dataclasses
import re
import subprocess

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


def api_paths(number):
    return f"/api/users/{number}"


class Wrk:
    """Connections that ask for `paths(0)`, `paths(1)` …, with the header line `fields(n)` if there is one; `rate` requests a
    second, or without one as fast as it goes."""

    def __init__(self, folder, paths=api_paths, connections=64, rate=RATE, fields=None):
        self.connections = connections
        self._script = folder / f"load-{id(self)}.lua"
        more = fields or (lambda n: "")
        lines = (f'"GET {paths(n)} HTTP/1.1\\r\\nHost: gw.test\\r\\n{more(n)}\\r\\n"' for n in range(DIFFERENT))
        delay = f"delay = function() return {connections * 1000 // rate} end" if rate else ""
        self._script.write_text(SCRIPT.format(requests=",\n".join(lines), delay=delay))

    def start(self, port, seconds):
        """Begins; what it returns waits for the end and says what was answered."""
        process = subprocess.Popen(
            pinned("wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "10s",
                   "-s", str(self._script), f"http://127.0.0.1:{port}/"), stdout=subprocess.PIPE, text=True)
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

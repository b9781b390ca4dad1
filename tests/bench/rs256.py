"""Claim: an RS256 token is read strictly and verified in at most 1.10 of what `openssl speed rsa2048` says of verifying.

By turns, on one core.
"""

import json
import re
import statistics
import subprocess
import sys

from harness import ROOT
from harness.claim import Claim
from harness.processes import pinned


def output(*command):
    return subprocess.run(pinned(*command), check=True, capture_output=True, text=True).stdout


def ours():
    """ns a token."""
    text = output(str(ROOT / "build/release/tests/jose_bench"), "--benchmark_filter=^rs256$", "--benchmark_min_time=0.5",
                  "--benchmark_format=json")
    return json.loads(text)["benchmarks"][0]["cpu_time"]


def openssls():
    found = re.search(r"rsa 2048 bits +\S+ +\S+ +\S+ +(\S+)", output("openssl", "speed", "-seconds", "1", "rsa2048"))
    return 1e9 / float(found.group(1))


def main():
    claim = Claim(__doc__)
    pairs = [(ours(), openssls()) for _ in range(claim.options.rounds)]
    print(f"  ours {statistics.median(p[0] for p in pairs):,.0f} ns, OpenSSL's {statistics.median(p[1] for p in pairs):,.0f} ns")
    shares = sorted(mine / its for mine, its in pairs)
    claim.holds("of openssl speed", statistics.median(shares), 1.10, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

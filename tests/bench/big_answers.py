"""Claim: answers of 1 MiB take at most 0.80 of the copying relay's CPU, and less than HAProxy's, which splices."""

import sys

from harness.claim import Claim, table
from harness.compare import PROXIES, added, compare, cpu, ratio
from harness.load import Request, Wrk


def main():
    claim = Claim(__doc__)
    rounds = compare(PROXIES, lambda folder: Wrk(folder, lambda n: Request("/api/1m"), connections=16, rate=0), claim.options)
    table(rounds, added)
    for other, most in (("relay", 0.80), ("haproxy", 1.0)):
        share, shares = ratio(cpu(rounds, "gatehouse"), cpu(rounds, other))
        claim.holds(f"CPU of {other}'s", share, most, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

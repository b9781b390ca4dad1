"""Claim: proxying 1 KiB answers at 64 connections adds at most 0.40 of what the cheapest peer adds to a bare relay."""

import sys

from harness.claim import Claim, table
from harness.compare import PROXIES, added, cheapest_share, compare
from harness.load import Wrk


def main():
    claim = Claim(__doc__)
    rounds = compare(PROXIES, lambda folder: Wrk(folder), claim.options)
    table(rounds, added)
    peer, share, shares = cheapest_share(rounds)
    claim.holds(f"share of {peer}", share, 0.40, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

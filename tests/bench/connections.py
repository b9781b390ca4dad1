"""Claim: proxying at 2,000 connections adds at most 0.50 of what the cheapest peer adds to a bare relay."""

import sys

from harness.claim import Claim, table
from harness.compare import PROXIES, added, cheapest_share, compare
from harness.load import ManyConnections


def main():
    claim = Claim(__doc__)
    rounds = compare(PROXIES, lambda folder: ManyConnections(2000), claim.options)
    table(rounds, added)
    peer, share, shares = cheapest_share(rounds)
    claim.holds(f"share of {peer}", share, 0.50, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

"""Claim: proxying at 2,000 connections adds at most 0.50 of what the cheapest peer adds to a bare relay."""

import sys

from harness.compare import PROXIES, share_of_cheapest
from harness.load import ManyConnections


def main():
    return share_of_cheapest(__doc__, PROXIES, lambda folder: ManyConnections(2000), 0.50)


if __name__ == "__main__":
    sys.exit(main())

"""Claim: proxying 1 KiB answers at 64 connections adds at most 0.40 of what the cheapest peer adds to a bare relay."""

import sys

from harness.compare import PROXIES, share_of_cheapest
from harness.load import Wrk


def main():
    return share_of_cheapest(__doc__, PROXIES, lambda folder: Wrk(folder), 0.40)


if __name__ == "__main__":
    sys.exit(main())

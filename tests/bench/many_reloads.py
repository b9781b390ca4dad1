"""Claim: 10,000 reloads leave memory where it was: at most 1 MiB above what the first 1,000 left."""

import sys

from harness.claim import Claim
from harness.reloads import growth_mib

RULES = 20


def rules(generation):
    """All of them are different in every generation."""
    return [f'{{name: r{i}, priority: {i + 1}, when: {{path: ["/api/*", "/g{generation}/{i}/*"]}}, action: {{forward: origin}}}}'
            for i in range(RULES)]


def main():
    claim = Claim(__doc__)
    claim.holds("growth", growth_mib(rules(0), lambda gateway, generation: gateway.writes(rules(generation))), 1, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

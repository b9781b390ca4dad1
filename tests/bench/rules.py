"""Claim: with 100, 1,000 and 10,000 wildcard rules, or 10,000 prefixes, a request costs at most 1.15 of one with one rule.

Requests are spread over all rules; compared is the whole process, rounds in pairs.
"""

import sys

from harness.claim import Claim, table
from harness.compare import added, compare, cpu, gatehouse, ratio
from harness.load import Wrk
from harness.peers import Relay

WILDCARDS = {"1 rule": 1, "100 rules": 100, "1,000 rules": 1000, "10,000 rules": 10000}
PREFIXES = {"1 prefix": 1, "10,000 prefixes": 10000}
SCATTER = 7919  # a prime, so that neighbours in time are no neighbours in the file


def rules(count, pattern):
    return [f'{{name: svc{i}, priority: {i + 1}, when: {{path: "{pattern.format(i)}"}}, action: {{forward: origin}}}}'
            for i in range(count)]


def wildcard_path(count):
    return lambda n: f"/svc{n * SCATTER % count}/v{n % 97}/items/{n}"


def prefix_path(count):
    return lambda n: f"/svc{n * SCATTER % count}/v1/items/{n}"


def held(claim, counts, pattern, path):
    contenders = {"relay": Relay, **{name: gatehouse(rules(n, pattern)) for name, n in counts.items()}}
    loads = {"relay": 1, **counts}
    rounds = compare(contenders, lambda folder: {name: Wrk(folder, path(n)) for name, n in loads.items()}, claim.options)
    table(rounds, added)
    one, *more = counts
    for name in more:
        claim.holds(f"{name} against {one}", *with_spread(cpu(rounds, name), cpu(rounds, one)))


def with_spread(mine, others):
    share, shares = ratio(mine, others)
    return share, 1.15, shares


def main():
    claim = Claim(__doc__)
    held(claim, WILDCARDS, "/svc{}/*/items/*", wildcard_path)
    held(claim, PREFIXES, "/svc{}/*", prefix_path)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

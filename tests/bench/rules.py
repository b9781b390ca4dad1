"""Claim: whatever rules differ in, with 10 to 50,000 of them a request costs at most 1.15 of one with one rule.

Requests are spread over all rules; compared is the whole process, rounds in pairs. `--kinds all --counts 10,100,1000,10000,50000`
takes an hour; without them the largest part of it is left out.
"""

import sys

from harness.claim import Claim, table
from harness.compare import added, compare, cpu, gatehouse, ratio
from harness.load import Wrk
from harness.peers import Relay
from harness.rule_kinds import KINDS, TRUSTED

MOST = 1.15


def options(parser):
    parser.add_argument("--kinds", default="path wildcard,path prefix,a mixture", help=f"all, or some of: {', '.join(KINDS)}")
    parser.add_argument("--counts", default="100,10000", help="of rules, compared with one")
    parser.add_argument("--relay", action="store_true", help="also say what is added to a relay that parses nothing")


def held(claim, name, counts):
    kind = KINDS[name]
    counts = {f"{n:,} {name}": n for n in (1, *counts)}
    contenders = {at: gatehouse(kind.rules(n), TRUSTED) for at, n in counts.items()}

    def loads(folder):
        most = max(counts.values())
        made = {at: Wrk(folder, kind.spread(n, most), sources=n if name == "source_ip" else 0) for at, n in counts.items()}
        return {"relay": Wrk(folder, kind.spread(1, most)), **made}

    rounds = compare({"relay": Relay, **contenders} if claim.options.relay else contenders, loads, claim.options)
    table(rounds, added)
    one, *more = contenders
    for many in more:
        share, shares = ratio(cpu(rounds, many), cpu(rounds, one))
        claim.holds(f"{many} against one", share, MOST, shares)


def main():
    claim = Claim(__doc__, options)
    names = KINDS if claim.options.kinds == "all" else claim.options.kinds.split(",")
    for name in names:
        held(claim, name, [int(count) for count in claim.options.counts.split(",")])
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

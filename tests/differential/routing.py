"""The table against the naive matcher: DRIVER [RULE_SETS].  A hundred requests for each rule set."""

import collections
import json
import random
import subprocess
import sys

import alb_matcher
from routes_generator import Generator

ASKS = 100
SAMPLE = 20  # requests of a rule set for which it is counted which conditions decide


def rounds(generator, count):
    for _ in range(count):
        rules = [generator.when() for _ in range(generator.random.randint(1, 24))]
        yield rules, [generator.ask() for _ in range(ASKS)]


def run_driver(driver, made):
    lines = []
    for rules, asks in made:
        lines.append(json.dumps([json.dumps(rule) for rule in rules]))
        lines.extend(json.dumps(ask) for ask in asks)
    done = subprocess.run([driver], input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                          text=True, check=True)
    return iter(int(line) for line in done.stdout.split())


def main(driver, count):
    seed = random.randrange(1 << 32)
    made = list(rounds(Generator(random.Random(seed)), count))
    answers = run_driver(driver, made)
    total = hits = sampled = 0
    decided = collections.Counter()
    for rules, asks in made:
        for nth, ask in enumerate(asks):
            request = alb_matcher.Request(ask)
            expected, got = alb_matcher.decides(rules, request), next(answers)
            assert got == expected, (f"seed {seed}: rule {got}, expected {expected}\n"
                                     f"{json.dumps(ask)}\n" + "\n".join(map(json.dumps, rules)))
            total += 1
            hits += expected >= 0
            if nth >= SAMPLE or expected < 0:
                continue
            sampled += 1
            for name in alb_matcher.CONDITIONS:
                decided[name] += alb_matcher.decides(rules, request, without=name) != expected
    print(f"seed {seed}: {total} requests on {count} rule sets agree; {hits / total:.1%} hit a rule; "
          + ", ".join(f"{n} decides {decided[n] / sampled:.1%}" for n in alb_matcher.CONDITIONS))
    assert hits >= 0.6 * total, "too few requests hit a rule: the comparison says little"
    for name in alb_matcher.CONDITIONS:
        assert decided[name] >= 0.05 * sampled, f"{name} decides too little to be compared"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)

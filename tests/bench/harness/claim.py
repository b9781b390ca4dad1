"""How a claim is run, printed and held."""

import argparse
import signal
import statistics
import sys


class Claim:
    """Collects what does not hold; `text` is the claim's own docstring."""

    def __init__(self, text, options=None):
        """`options(parser)` adds those that this claim alone has."""
        self.text = text.strip().split("\n")[0]
        parser = argparse.ArgumentParser(description=self.text)
        parser.add_argument("--rounds", type=int, default=7, help="times that every contender is measured")
        parser.add_argument("--seconds", type=int, default=4, help="of load, each time")
        if options:
            options(parser)
        self.options = parser.parse_args()
        self._failed = False
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that whoever was started is stopped
        print(self.text, flush=True)

    def holds(self, what, value, most, spread=(), unit=""):
        """Notes that `value` may be at most `most`; `spread` are the values of single rounds."""
        good = value <= most
        self._failed = self._failed or not good
        print(f"  {'holds ' if good else 'FAILS '} {what}: {figure(value)}{unit} ≤ {figure(most)}{unit}{between(spread)}",
              flush=True)

    def exit_code(self):
        return 1 if self._failed else 0


def figure(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def between(values):
    """Least, quartiles and most of some values."""
    if len(values) < 3:
        return ""
    low, _, high = statistics.quantiles(values, n=4)
    return f"  (rounds {figure(min(values))} [{figure(low)} .. {figure(high)}] {figure(max(values))})"


def table(rounds, added):
    """A line for each contender: CPU a request, what it adds, how busy it was; bad answers void a comparison."""
    for name, mine in rounds.items():
        cpu = [r.cpu_us for r in mine]
        more = added(rounds, name) if "relay" in rounds else []
        adds = f", adds {statistics.median(more):9.2f}" if more else ""
        bad = sum(r.answered.bad for r in mine)
        latencies = f"p99 {statistics.median(r.answered.p99_us for r in mine):7.0f} µs" if mine[0].answered.p99_us else ""
        print(f"  {name:<14} {statistics.median(cpu):9.2f} µs a request{adds}"
              f"  busy {statistics.median(r.busy for r in mine):4.0%}  {latencies}"
              f"{between(more)}{f'  BAD ANSWERS: {bad}' if bad else ''}", flush=True)
    assert not any(r.answered.bad for mine in rounds.values() for r in mine), "answers were bad: nothing is compared"

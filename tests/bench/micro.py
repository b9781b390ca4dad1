"""Claim: each micro benchmark that names a limit (its counter at_most_ns) takes no longer than that.

They are micro/*_bench.cpp, whose first lines say what is claimed.
"""

import json
import statistics
import subprocess
import sys

from harness import ROOT
from harness.claim import Claim
from harness.processes import pinned


def measured(binary, rounds):
    """name -> times in ns, one a round, and its limit."""
    text = subprocess.run(pinned(binary, f"--benchmark_repetitions={rounds}", "--benchmark_min_time=0.1",
                                 "--benchmark_format=json"), check=True, capture_output=True, text=True).stdout
    found = {}
    for run in json.loads(text)["benchmarks"]:
        assert not run.get("error_occurred"), run
        if run["run_type"] == "iteration":
            found.setdefault(run["run_name"], ([], run.get("at_most_ns")))[0].append(run["cpu_time"])
    return found


def main():
    claim = Claim(__doc__)
    for source in sorted((ROOT / "tests/bench/micro").glob("*_bench.cpp")):
        binary = ROOT / "build/release/tests" / source.stem
        found = measured(str(binary), claim.options.rounds)
        for name, (times, most) in found.items():
            kind, _, size = name.rpartition("/")
            one = found.get(f"{kind}/1")
            share = f", {statistics.median(times) / statistics.median(one[0]):.2f} of one" if one and size != "1" else ""
            if most:
                claim.holds(name + share, statistics.median(times), most, times, " ns")
            else:
                print(f"         {name}: {statistics.median(times):.3g} ns{share}")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

"""Claim: a proxied request takes at most 3 % more instructions than instructions.json says, on any machine.

usage: instructions.py [--write] [--keep FILE]
Counted by callgrind on the threads that serve (the worker's and the log's), in windows after a warm-up: the window that the
clock disturbed least counts.
--write writes the figures down; --keep FILE leaves the worker's profile there, for callgrind_annotate.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from harness.gatehouse import Gatehouse
from harness.serial import Client, Origin

WRITTEN = pathlib.Path(__file__).with_suffix(".json")
GROWTH = 1.03
WINDOWS, REQUESTS = 3, 5000
WORKS = {"access log off": "off", "access log on": "{path: access.log}"}


def control(option, pid):
    subprocess.run(["callgrind_control", option, str(pid)], check=True, capture_output=True)


def instructions(profile):
    return int(re.search(r"^summary: (\d+)", profile.read_text(), re.M).group(1))


def window(pid, client, folder, number):
    """Profiles of the threads that serve while `client` sends; the first thread is control's, which has its timers."""
    control("-z", pid)
    client.requests(REQUESTS)
    control("-d", pid)
    return [p for p in folder.glob(f"callgrind.{pid}.{number}-*") if not p.name.endswith("-01")]


def measure(access_log, folder, **gateway_options):
    """Instructions per request, each window's, and the profile of the thread that has most of them."""
    folder.mkdir(exist_ok=True)
    prefix = ["valgrind", "--tool=callgrind", "--trace-children=yes", "--separate-threads=yes",
              f"--callgrind-out-file={folder}/callgrind.%p"]
    gateway = Gatehouse(folder, Origin().port, access_log=access_log, prefix=prefix, **gateway_options)
    try:
        client, pid = Client(gateway.port), gateway.serving_pid()
        client.requests(REQUESTS // 5)
        windows = [window(pid, client, folder, number + 1) for number in range(WINDOWS)]
    finally:
        gateway.stop()
    counted = [sum(map(instructions, profiles)) / REQUESTS for profiles in windows]
    return counted, max(windows[-1], key=instructions)


def enter_again(profile):
    """callgrind_annotate takes the cost of a call that began before the window for the caller's own."""
    profile.write_text(profile.read_text().replace("\ncalls=0 ", "\ncalls=1 "))


def top(profile, count=30):
    """The functions that cost most themselves, per request; what is inlined counts for who asked for it."""
    text = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=100", str(profile)], check=True,
                          capture_output=True, text=True).stdout
    costs = collections.Counter()
    for cost, function in re.findall(r"^ *([\d,]+) \([ \d.]+%\)  [^:\n]*:(.*?)(?: \[[^]]*\])?$", text, re.M):
        costs[function] += int(cost.replace(",", "")) / REQUESTS
    return [f"  {cost:8.1f}  {function[:140]}" for function, cost in costs.most_common(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", metavar="FILE")
    arguments = parser.parse_args()
    written = json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}
    figures, failed = {}, False
    with tempfile.TemporaryDirectory(prefix="instructions.") as temporary:
        for number, (work, access_log) in enumerate(WORKS.items()):
            counted, profile = measure(access_log, pathlib.Path(temporary) / str(number))
            figures[work] = round(min(counted))
            before = written.get(work)
            print(f"{work}: {figures[work]} instructions a request ({min(counted):.0f}..{max(counted):.0f})"
                  f", {before} written down" + (f", {figures[work] / before - 1:+.1%}" if before else ""))
            enter_again(profile)
            if arguments.keep and access_log == "off":
                shutil.copy(profile, arguments.keep)
            if not arguments.write and not (before and figures[work] <= before * GROWTH):
                failed = True
                print("the worker's functions, instructions a request:", *top(profile), sep="\n")
    if arguments.write:
        WRITTEN.write_text(json.dumps(figures, indent=2) + "\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())

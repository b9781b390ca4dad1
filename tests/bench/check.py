"""Claim: `gatehouse check` of 10,000 rules takes at most 2 s with all that it looks for, whatever the rules ask for.

Processor time, the median of some rounds for each shape of file.
"""

import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

from harness.claim import Claim
from harness.gatehouse import BINARY

RULES = 10000
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")
# What rule i asks for.
SHAPES = {
    "prefixes": lambda i: f'{{path: "/svc{i}/*"}}',
    "prefixes that begin alike": lambda i: f'{{path: "/shop/products/items/v{i}/*", method: GET}}',
    "wildcards in the middle": lambda i: f'{{path: "/api/*/v{i}/*/x"}}',
    "wildcards that all cross": lambda i: f'{{path: "*a{i}b*"}}',
    "many stars": lambda i: f'{{path: "/*a*{i % 100}*b*{i // 100}*"}}',
    "one rule again and again": lambda i: '{path: "/*"}',
    "methods on one host": lambda i: f'{{host: a.test, path: "/svc{i // 6}/*", method: {METHODS[i % 6]}}}',
    "all methods": lambda i: f'{{path: "/svc{i % 2000}/*", method: [{", ".join(METHODS)}], header: {{X-T: "v{i}"}}}}',
    "hosts": lambda i: f'{{host: "h{i}.test"}}',
    "hosts with wildcards": lambda i: f'{{host: "*h{i}*", path: "/api/*"}}',
    "blocks of addresses": lambda i: f'{{path: "/x/*", source_ip: 10.{i >> 8}.{i & 255}.0/24}}',
    "blocks in one another": lambda i: f'{{source_ip: {i >> 8}.{i & 255}.0.0/{16 if i % 2 else 17}}}',
    "headers": lambda i: f'{{path: "/a/*", header: {{X-T: "*v{i}*"}}}}',
    "parameters": lambda i: f'{{path: "/a/*", query: {{any: "*v{i}*"}}}}',
    "long lists": lambda i: "{host: [a.test, b.test], method: [GET, POST, PUT], path: [%s]}" % ", ".join(
        f'"/l{i}/{n}/*"' for n in range(8)),
    "regexes of paths": lambda i: f'{{path: {{regex: "x{i}$"}}}}',
    "regexes of hosts": lambda i: f'{{host: {{regex: "x{i}$"}}}}',
    "regexes of headers": lambda i: f'{{path: /a, header: {{A: {{regex: "x{i}$"}}}}}}',
}


def write(file, shape):
    """Rules that go to one of two groups in turn, so that their order matters."""
    rules = (f"  - {{name: r{i}, priority: {i + 1}, when: {shape(i)}, action: {{forward: {'ab'[i % 2]}}}}}\n"
             for i in range(RULES))
    file.write_text('version: 1\nlisteners: {public: {address: "127.0.0.1:8080"}}\n'
                    'target_groups: {a: {targets: ["127.0.0.1:1"]}, b: {targets: ["127.0.0.1:2"]}}\nroutes:\n'
                    + "".join(rules))


def seconds(file):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([BINARY, "check", "-c", file, "--json"], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    claim = Claim(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "routes.yaml")
        for name, shape in SHAPES.items():
            write(file, shape)
            took = [seconds(file) for _ in range(claim.options.rounds)]
            claim.holds(name, statistics.median(took), 2, took, " s")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

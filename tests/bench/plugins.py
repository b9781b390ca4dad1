"""Claim: a route without steps takes as many instructions beside thirty plugins on other routes as beside none.

The same 31 rules in both cases; counted as instructions.py does.
"""

import pathlib
import sys
import tempfile

from harness.gatehouse import BINARY, ONE_RULE
from instructions import measure

PLUGINS = 30
MORE = 1.002  # what two runs of the same differ by


def names():
    return [f"pl{number:03d}" for number in range(PLUGINS)]


def copies(folder):
    """Thirty plugins: tests/plugins/plain under names as long as its own."""
    plain = (pathlib.Path(BINARY).parent / "tests/plugins/plain.so").read_bytes()
    for name in names():
        (folder / f"{name}.so").write_bytes(plain.replace(b"plain", name.encode()))


def rules(with_plugins):
    steps = [f", plugins: [{name}]" if with_plugins else "" for name in names()]
    return ONE_RULE + [f'{{name: r{n}, priority: {n + 2}, when: {{path: "/other/{n}/*"}}, action: {{forward: origin}}{step}}}'
                       for n, step in enumerate(steps)]


def main():
    counted = {}
    with tempfile.TemporaryDirectory(prefix="plugins.") as temporary:
        for loaded in (0, PLUGINS):
            folder = pathlib.Path(temporary) / str(loaded)
            folder.mkdir()
            copies(folder)
            counted[loaded] = min(measure("off", folder, rules=rules(loaded), more=f"plugin_path: [{folder}]\n")[0])
            print(f"{loaded} plugins: {counted[loaded]:.0f} instructions a request")
    return not counted[PLUGINS] <= counted[0] * MORE


if __name__ == "__main__":
    sys.exit(main())

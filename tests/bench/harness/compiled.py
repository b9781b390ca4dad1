"""The bench's own C files, compiled when they have changed."""

import subprocess

from harness import ROOT



def compiled(name, *options):
    """The path of what harness/NAME.c was compiled to."""
    source, binary = ROOT / f"tests/bench/harness/{name}.c", ROOT / f"build/bench/{name}"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        binary.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", *options, "-o", str(binary), str(source)], check=True)
    return str(binary)

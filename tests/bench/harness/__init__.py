"""What the claims of tests/bench share: who is compared, how they are loaded, what is measured."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/lib"))

import ports  # noqa: E402
from patience import until  # noqa: E402

__all__ = ["ROOT", "ports", "until"]

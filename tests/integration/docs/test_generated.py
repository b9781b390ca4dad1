"""The pages that are made from the program's tables say what these say."""

import os
import subprocess

from gateway import BINARY, ROOT


def test_pages_made_from_tables_are_up_to_date():
    done = subprocess.run([str(ROOT / "infra/docs.py"), "--check"], capture_output=True, text=True,
                          env={**os.environ, "GATEHOUSE_BINARY": BINARY})
    assert done.returncode == 0, done.stderr

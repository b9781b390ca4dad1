"""The export of tests/integration/import_alb/export, and what `gatehouse import alb` makes of it."""

import re

import yaml

from gateway import ROOT

FOLDER = ROOT / "tests/integration/import_alb/export"
FILES = [f"{FOLDER}/{name}.json" for name in (
    "listeners", "rules", "groups", "frontend", "backend", "canary", "greeter", "secure-api")]
FILES.append(f"backend={FOLDER}/backend-attributes.json")
CLOSED = 'action: {respond: {status: 503, body: "This rule was not translated.\\n"}}'


def imported(gate, *words, check=0):
    return gate.command("import", "alb", *words, check=check)


def as_said(text):
    """The file with what this build does not take yet taken in again: what the import says."""
    lines = []
    margin = None
    for line in text.splitlines():
        if re.match(r" *# not translated: ", line):
            margin = line[:line.index("#")]
        elif margin is not None and line.startswith(margin + "# "):
            lines.append(margin + line[len(margin) + 2:])
        elif margin is not None and line.strip() in (CLOSED, "targets: []"):
            margin = None
        else:
            margin = None
            lines.append(line)
    return yaml.safe_load("\n".join(lines))

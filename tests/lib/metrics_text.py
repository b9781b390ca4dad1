"""Reads Prometheus' text format 0.0.4, strictly enough to notice when it is broken."""

import re

_SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)')
_LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\.)*)"')


def samples(text):
    """[(name, labels, value)] of every line that is no comment."""
    found = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        match = _SAMPLE.fullmatch(line)
        assert match, f"not a sample of the text format: {line!r}"
        found.append((match[1], dict(_LABEL.findall(match[2] or "")), float(match[3])))
    return found


def total(text, name, labels):
    values = [v for n, l, v in samples(text)
              if n == name and all(l.get(k) == str(w) for k, w in labels.items())]
    return sum(values) if values else None

"""What no compiler sees: files stay small, nothing is left for later, nothing names a machine."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES = 400
CODE = (".cpp", ".h", ".def", ".c", ".py", ".sh", ".lua", ".cmake")
# Each with what to do about it.  The words are put together so that this file passes itself.
FORBIDDEN = [
    (re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b"), "do it, or write it down in an issue"),
    (re.compile(r"\b(?:class|struct|enum|namespace|concept) (?:_[A-Z]\w*|__[a-z]\w*|\w+__\w*)"), "the language keeps that name"),
    (re.compile(r"(?<![\w.])/(" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"]) + r")/\w"), "a path of one machine"),
]
ALIAS = re.compile(r"^ *namespace (\w+) = ", re.M)


def problems():
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True,
                           capture_output=True, check=True).stdout.split("\n")
    for name in filter(None, names):
        path = ROOT / name
        if not path.is_file() or "/corpus/" in name or name == "LICENSE":
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if text and not text.endswith("\n") and path.suffix in CODE:
            yield f"{name}: ends without a newline"
        lines = text.split("\n")
        if path.suffix in CODE and len(lines) > LINES:
            yield f"{name}: {len(lines)} lines: split it by job (at most {LINES})"
        for alias in ALIAS.findall(text) if path.suffix == ".cpp" else ():
            if f"{alias}::" not in text:
                yield f"{name}: nobody uses the alias {alias}"
        for number, line in enumerate(lines, 1):
            if path.suffix in CODE and line != line.rstrip():
                yield f"{name}:{number}: trailing space"
            for pattern, advice in FORBIDDEN:
                if pattern.search(line):
                    yield f"{name}:{number}: {advice}: {line.strip()[:80]}"


found = list(problems())
print("\n".join(found))
sys.exit(1 if found else 0)

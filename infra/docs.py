#!/usr/bin/python3
"""Writes the pages of docs/ that are made from tables of the program: infra/docs.py [--check]

reasons.md from gateway/base/reason.def, log.md from gateway/observe/event.def, metrics.md from what the program answers
at /metrics, and the rooms in architecture.md from gateway/CMakeLists.txt (their last column is written by hand).
--check changes nothing and fails if a page is not what would be written.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.path.abspath(os.environ.get("GATEHOUSE_BINARY", ROOT / "build/release/gatehouse"))
STRING = r'"((?:[^"\\]|\\.)*)"'
sys.path.insert(0, str(ROOT / "infra/lint"))
import layers  # noqa: E402


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |\n" for line in lines)


def rows_of(file, pattern):
    return re.findall(pattern, (ROOT / file).read_text(), re.M)


# ---- reasons.md

FAULTS = {"none": "nobody's", "client": "the client's", "target": "the target's", "gateway": "the gateway's"}
AGAIN = {"never": "no", "unsent": "yes: it took nothing", "reused": "yes, on another connection",
         "idempotent": "if the method is idempotent"}


def reasons():
    rows = rows_of("gateway/base/reason.def", rf"^REASON\((\w+), (\d+), (\w+), (\w+), {STRING}, {STRING}\)")
    text = """# Reasons

Every exchange ends for one reason. It is one word, the same in the body of an answer that the gateway made itself, in the
access log (`reason`) and in the metrics (`gatehouse_exchanges_total`, `gatehouse_target_failures_total`).

*Status* is what the client gets if nothing of an answer was passed on yet; – means that nothing can be sent or that the
answer is another's. *Again* says whether the gateway tries another time by itself before it gives up.
"""
    for fault, title in FAULTS.items():
        text += f"\n## {title[0].upper()}{title[1:]} fault\n\n" if fault != "none" else "\n## Nobody's fault\n\n"
        text += table(["reason", "status", "what happened", "again", "what to do"],
                      [[f"`{word}`", status if status != "0" else "–", json.loads(f'"{sentence}"'), AGAIN[retry],
                        json.loads(f'"{hint}"')]
                       for word, status, whose, retry, sentence, hint in rows if whose == fault])
    return text


# ---- log.md

def events():
    rows = rows_of("gateway/observe/event.def", rf"^EVENT\((\w+), (\w+), {STRING}, {STRING}\)")
    return """# The operator's log

On standard error: what happens to the gateway itself (requests are in the [access log](access-log.md)). On a terminal it
is text, else one JSON object a line: `time`, `level`, `event`, the fields of the event, `message`. An event is written at
most once a second; `suppressed` in the next line says how many were left out.

""" + table(["event", "level", "fields", "message"],
            [[f"`{word}`", level, ", ".join(f"`{f}`" for f in fields.split()) or "–",
              re.sub(r"\{(\w+)\}", r"*\1*", sentence)] for word, level, fields, sentence in rows])


# ---- metrics.md

FILE = """version: 1
workers: 1
admin: {address: "unix:admin.sock"}
access_log: {path: /dev/null}
listeners: {public: {address: "unix:public.sock"}}
target_groups: {nobody: {targets: ["127.0.0.1:1"]}}
default: {action: {forward: nobody}}
"""


def ask(path, request):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        sock.sendall(f"GET {request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: sock.recv(65536), b"")).decode().partition("\r\n\r\n")[2]


def exposition():
    """What /metrics of a fresh gateway says after one request, which failed."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "routes.yaml").write_text(FILE)
        with subprocess.Popen([BINARY, "run"], cwd=folder, stderr=subprocess.DEVNULL) as gateway:
            try:
                while not pathlib.Path(folder, "admin.sock").exists() or "ready" not in ask(
                        f"{folder}/admin.sock", "/readyz"):
                    if gateway.poll() is not None:
                        raise SystemExit(f"docs: {BINARY} does not start")
                    time.sleep(0.01)
                ask(f"{folder}/public.sock", "/")
                return ask(f"{folder}/admin.sock", "/metrics")
            finally:
                gateway.terminate()


def metrics():
    text = exposition()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)", text, re.M))
    sections = {"rule": [], "group": [], "target": [], "": []}
    for name, help_text in re.findall(r"^# HELP (\w+) (.*)", text, re.M):
        samples = re.findall(rf"^{name}(?:_bucket|_sum|_count)?{{(.*)}} ", text, re.M)
        labels = dict.fromkeys(re.findall(r'(\w+)="', " ".join(samples)))
        labels.pop("le", None)
        kind = name.split("_")[1]
        sections[kind if kind in sections else ""].append(
            [f"`{name}`", kinds[name], ", ".join(f"`{label}`" for label in labels) or "–", help_text])
    bounds = re.findall(r'gatehouse_rule_duration_seconds_bucket{.*le="([\d.]+)"', text)
    out = f"""# Metrics

`GET /metrics` of the [admin API](admin-api.md) answers in Prometheus' text format. Labels come from the configuration, never
from a client. Counters of rules, groups and targets live through reloads as long as their labels do; all begin at zero
when the serving process starts. Histograms count at {', '.join(bounds)} seconds.
"""
    titles = {"": "The gateway", "rule": "Rules", "group": "Target groups", "target": "Targets"}
    for kind in ("", "rule", "group", "target"):
        out += f"\n## {titles[kind]}\n\n" + table(["metric", "type", "labels", "what it says"], sections[kind])
    return out


# ---- the rooms in architecture.md

def architecture():
    page = (ROOT / "docs/architecture.md").read_text()
    before, rest = page.split("<!-- rooms -->\n")
    old, after = rest.split("<!-- end of rooms -->\n")
    said = dict(re.findall(r"^\| `(\w+)` .*\| (.*) \|$", old, re.M))
    libraries = {room: [] for room in [*layers.lines(), "app"]}
    for prefix, homes in layers.THIRD_PARTY.items():
        for home in homes:
            libraries[home].append(f"<{prefix}{'' if prefix.endswith('/') else '.h'}>")
    rows = [[f"`{room}`", " ".join(uses) or "–", " ".join(f"`{each}`" for each in sorted(libraries[room])) or "–",
             said.get(room, "")] for room, uses in [*layers.lines().items(), ("app", ["everything"])]]
    return (f"{before}<!-- rooms -->\n"
            + table(["room", "knows, with all that those know", "alone includes", "what is in it"], rows)
            + f"<!-- end of rooms -->\n{after}")


PAGES = {"reasons.md": reasons, "log.md": events, "metrics.md": metrics, "architecture.md": architecture}


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    for name, make in PAGES.items():
        path = ROOT / "docs" / name
        text = make()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(f"docs/{name}")
        if not check:
            path.write_text(text)
    if check and stale:
        sys.exit(f"docs: not what the program's tables say, run infra/docs.py: {' '.join(stale)}")


main()

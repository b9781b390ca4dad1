"""`gatehouse top`: what the running gateway does, a picture a period."""

import json
import os
import pty
import subprocess

from gateway import BINARY
from patience import seconds, until
from policies import policy

ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}}
    routes:
      - {name: shop, priority: 1, when: {path: "/shop/*"}, action: {forward: shop}}
      - {name: guarded, priority: 2, when: {path: "/guarded"}, policy: policies/p.lua, action: {respond: {status: 204}}}
      - {name: trial, priority: 3, when: {path: "/trial"}, policy: {script: policies/q.lua, mode: shadow},
         action: {respond: {status: 200}}}
    default: {action: {respond: {status: 404}}}"""
P = """return { request = function(x)
  if x.request.query.q == "loop" then while true do end end
  if x.request.query.q == "error" then error("as asked") end
end }"""


def starts(gate, *words, **how):
    return subprocess.Popen([BINARY, "top", *words], cwd=gate.folder, text=True, stdout=subprocess.PIPE, **how)


def named(rows, name):
    return next((row for row in rows if row["name"] == name), {})


def test_top_says_what_was_done_in_each_period(gate, origin):
    policy(gate, P, "p")
    policy(gate, "return { request = function(x) x:deny(403) end }", "q")
    origin.answers("welcome")
    gate.routes(ROUTES)
    gate.allows_error("policy_failed")
    with starts(gate, "--json", "--every", "100ms") as top:
        try:
            top.stdout.readline()  # what comes now is counted in later periods
            for target in ("/shop/a", "/shop/b", "/guarded", "/guarded?q=loop", "/guarded?q=error", "/trial", "/none"):
                gate.answer(target)
            wanted = [("rules", "shop", "2xx", 2), ("rules", "guarded", "requests", 3), ("rules", "default", "4xx", 1),
                      ("groups", "shop", "requests", 2), ("policies", "guarded/policies/p.lua", "runs", 3),
                      ("policies", "guarded/policies/p.lua", "errors", 1), ("policies", "guarded/policies/p.lua", "kills", 1),
                      ("policies", "trial/policies/q.lua", "disagreements", 1)]
            sums = [0.0] * len(wanted)
            while [round(each) for each in sums] != [count for *_, count in wanted]:
                seen = json.loads(top.stdout.readline())
                for i, (kind, name, key, _) in enumerate(wanted):
                    sums[i] += named(seen[kind], name).get(key, 0) * seen["seconds"]
            assert named(seen["policies"], "guarded/policies/p.lua")["breaker"] == "closed"
            assert seen["generation"] == 1 and seen["resident_bytes"] > 1 << 20
        finally:
            top.kill()


def test_one_table_is_for_scripts_and_people(gate):
    gate.routes("default: {action: {respond: {status: 200}}}")
    gate.answer("/")
    text = gate.command("top", "--once", "--every", "100ms", check=0).stdout
    assert text.startswith("gatehouse ") and "\nrule " in text and "\ndefault " in text
    assert "\x1b" not in text


def test_a_terminal_is_renewed_in_its_place_until_q(gate):
    gate.routes("default: {action: {respond: {status: 200}}}")
    gate.answer("/")
    ours, theirs = pty.openpty()
    top = subprocess.Popen([BINARY, "top", "--every", "100ms"], cwd=gate.folder, stdin=theirs, stdout=theirs)
    os.close(theirs)
    seen = b""
    try:
        def shows(text):
            nonlocal seen
            seen += os.read(ours, 65536)
            return text in seen
        until(lambda: shows(b"q ends, s sorts"), "no picture")
        os.write(ours, b"s")
        until(lambda: shows(b"now by name"), "not sorted")
        assert seen.startswith(b"\x1b[?1049h") and b"\x1b[H" in seen
        os.write(ours, b"q")
        until(lambda: shows(b"\x1b[?1049l"), "the terminal is not as it was")
        assert top.wait(seconds(5)) == 0
    finally:
        top.kill()
        top.wait()
        os.close(ours)


def test_one_table_stays_on_a_terminal(gate):
    gate.routes("default: {action: {respond: {status: 200}}}")
    ours, theirs = pty.openpty()
    with subprocess.Popen([BINARY, "top", "--once", "--every", "100ms"], cwd=gate.folder, stdin=theirs, stdout=theirs) as top:
        assert top.wait(seconds(5)) == 0
    text = os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    assert text.startswith(b"gatehouse ") and b"\x1b" not in text


def test_without_a_gateway_it_says_so(gate):
    gate.writes("default: {action: {respond: {status: 200}}}")
    said = gate.command("top", check=1).stderr
    assert "Connection refused" in said and "is it running" in said
    assert json.loads(gate.command("top", "--json", check=1).stdout)["result"] == "failed"


def test_wrong_words_are_wrong_usage(gate):
    gate.writes("default: {action: {respond: {status: 200}}}")
    assert "name requests 2xx" in gate.command("top", "--sort", "reqs", check=2).stderr
    assert "from 100ms to 1h" in gate.command("top", "--every", "1ms", check=2).stderr
    assert "no number of rows" in gate.command("top", "--rows", "0", check=2).stderr

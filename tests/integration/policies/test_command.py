"""`gatehouse test` and `gatehouse new policy`: policies and routes tried out without a network."""

import re
import subprocess
import time
import xml.etree.ElementTree as xml

import pytest

from gateway import BINARY, ROOT
from policies import policy

ROUTES = """version: 1
listeners: {public: {address: "127.0.0.1:1"}}
target_groups: {backend: {targets: ["backend.invalid:80"]}}
plugins:
  identity: {use: auth, with: {chain: [jwt], jwt: {algorithms: [HS256], secret: "${SECRET}"}}}
routes:
  - {name: hello, priority: 1, when: {path: /hello}, action: {respond: {status: 200, body: hi}}}
  - name: api
    priority: 2
    when: {path: "/api/*"}
    plugins: [identity, {use: rate_limit, with: {key: user, rate: 2/min, burst: 2}}]
    policy: policies/key.lua
    action: {forward: backend}
"""
POLICY = """-- Tells the target who it is.
return { request = function(x)
  if x.request.query.crash then error("as asked") end
  x.upstream.headers["X-Who"] = x.identity.id .. " at " .. gate.time("%H:%M")
end }
"""
TESTS = """env: {SECRET: q8Zr1vX0c5Kp2Wm7Ty4Bn9Lh6Gd3Fs8J}
tests:
  - name: the API needs a token
    request: {url: /api/x}
    expect: {rule: api, verdict: not_authenticated, status: 401, upstream: null}
  - name: a user may ask twice a minute
    clock: "2026-11-27T09:00:30Z"
    answers: {backend: {json: {orders: []}}}
    steps:
      - request: {url: /api/x, identity: {id: u1}}
        expect: {verdict: pass, json: {orders: []}, upstream: {headers: {X-Who: u1 at 09:00}}}
      - {request: {url: /api/x, identity: {id: u1}}, expect: {status: 200}}
      - {request: {url: /api/x, identity: {id: u1}}, expect: {verdict: rate_limited}}
      - {wait: 60s, request: {url: /api/x, identity: {id: u1}}, expect: {upstream: {headers: {X-Who: u1 at 09:01}}}}
"""


def test_the_rules_and_steps_of_a_file_are_tried_as_they_run(gate):
    """Names are not looked up, no port is opened, and a minute costs no time."""
    (gate.folder / "routes.yaml").write_text(ROUTES)
    policy(gate, POLICY)
    (gate.folder / "routes_test.yaml").write_text(TESTS)
    done = gate.command("test", "--coverage", check=0)
    assert "2 passed, 0 failed" in done.stdout
    assert "routes.yaml: rules 1 of 2 (50 %), not hello" in done.stdout
    assert "policies/key.lua: lines" in done.stdout


def test_what_fails_is_said_with_its_line_and_what_the_gateway_logged(gate):
    (gate.folder / "routes.yaml").write_text(ROUTES)
    policy(gate, POLICY)
    (gate.folder / "routes_test.yaml").write_text(TESTS + """  - name: wrong
    request: {url: "/api/x?crash", identity: {id: u1}}
    expect:
      rule: api
      status: 200
""")
    done = gate.command("test", check=1)
    assert "  FAIL  wrong\n        routes_test.yaml:19: status: expected 200, got 503\n" in done.stdout
    assert "policies/key.lua:3: as asked" in done.stdout


def test_reports_for_machines_name_each_test(gate):
    policy(gate, POLICY)
    (gate.folder / "policies/key_test.lua").write_text("""
test("works", function(t) t:request { identity = { id = "<u>" } }:expects { verdict = "pass" } end)
test("does # not", function(t) t:equals(nil, nil) t:equals(1, 2) end)
""")
    done = gate.command("test", "policies", "--tap", "--junit", "out.xml", check=1)
    assert done.stdout.splitlines()[:4] == [
        "TAP version 13", "1..2", "ok 1 - policies/key_test.lua:2: works",
        "not ok 2 - policies/key_test.lua:3: does _ not"]
    suite = xml.parse(gate.folder / "out.xml").getroot()
    assert suite.attrib["failures"] == "1"
    assert [case.attrib["name"] for case in suite] == ["works", "does # not"]
    assert suite[1][0].attrib["message"] == "value: expected 2, got 1"


def test_wrong_words_and_files_without_tests_are_wrong_usage(gate):
    assert "found no *_test.lua" in gate.command("test", check=2).stderr
    assert "there is no nowhere" in gate.command("test", "nowhere", check=2).stderr
    policy(gate, POLICY)
    assert "is no file of tests" in gate.command("test", "policies/key.lua", check=2).stderr


def test_a_file_of_tests_that_cannot_be_run_has_failed(gate):
    policy(gate, POLICY)
    for text, says in [("test(", "unexpected symbol"), ("return 1", "names no test"),
                       ("test.policy { script = 'policies/none.lua' }\ntest('a', function() end)", "none.lua"),
                       ("test.policy { wth = {} }\ntest('a', function() end)", "did you mean 'with'?")]:
        (gate.folder / "policies/key_test.lua").write_text(text)
        assert says in gate.command("test", "policies", check=1).stdout, text


def test_a_new_policy_passes_its_test(gate):
    done = gate.command("new", "policy", "tenant", check=0)
    assert done.stdout.startswith("policies/tenant.lua\npolicies/tenant_test.lua\n")
    assert "policy: {script: policies/tenant.lua" in done.stdout
    assert "2 passed, 0 failed" in gate.command("test", "policies", check=0).stdout
    assert "is there already" in gate.command("new", "policy", "tenant", check=1).stderr
    assert "is no name for a policy" in gate.command("new", "policy", "../x", check=2).stderr


@pytest.mark.timeout(20)
def test_watching_runs_them_again_when_a_file_changes(gate):
    gate.command("new", "policy", "tenant", check=0)
    watching = subprocess.Popen([BINARY, "test", "policies", "--watch"], cwd=gate.folder, text=True,
                                stdout=subprocess.PIPE)
    try:
        results = (line for line in watching.stdout if re.match(r"\d+ passed", line))
        assert next(results).startswith("2 passed, 0 failed")
        file = gate.folder / "policies/tenant.lua"
        new = file.with_suffix(".new")
        new.write_text(file.read_text().replace("deny(401", "deny(403"))
        new.rename(file)
        assert any(line.startswith("1 passed, 1 failed") for line in results)
    finally:
        watching.kill()
        watching.wait()
        watching.stdout.close()


def test_the_policies_that_ship_pass_their_tests(gate):
    began = time.monotonic()
    done = gate.command("test", str(ROOT / "policies"), check=0)
    assert ", 0 failed" in done.stdout
    for file in (ROOT / "policies").glob("*.lua"):
        if not file.name.endswith("_test.lua"):
            assert f"{file.stem}_test.lua" in done.stdout, f"{file.name} has no test"
    assert time.monotonic() - began < 30

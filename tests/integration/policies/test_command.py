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


LIMITED = ROUTES.replace("rate: 2/min, burst: 2", "rate: 2/min, burst: 2, store: redis") + """
stores: {redis: {url: "redis://redis.invalid:6379"}}
"""


def test_limits_that_are_shared_by_redis_are_tried_without_one(gate):
    (gate.folder / "routes.yaml").write_text(LIMITED)
    policy(gate, """return { request = function(x)
      local allowed, wait = gate.limit { key = "all", rate = "1/hour", burst = 3, store = "redis" }
      if not allowed then x:deny(429, "wait " .. wait) end
    end }""")
    (gate.folder / "routes_test.yaml").write_text("""env: {SECRET: q8Zr1vX0c5Kp2Wm7Ty4Bn9Lh6Gd3Fs8J}
tests:
  - name: two of a user in a minute, three of all in an hour
    steps:
      - {request: {url: /api/x, identity: {id: u1}}, expect: {verdict: pass}}
      - {request: {url: /api/x, identity: {id: u1}}, expect: {verdict: pass}}
      - {request: {url: /api/x, identity: {id: u1}}, expect: {verdict: rate_limited}}
      - {request: {url: /api/x, identity: {id: u2}}, expect: {verdict: pass}}
      - {request: {url: /api/x, identity: {id: u2}}, expect: {verdict: denied, status: 429}}
      - {wait: 61min, request: {url: /api/x, identity: {id: u2}}, expect: {verdict: pass}}
""")
    gate.command("test", check=0)


def test_tests_of_plugins_and_of_a_folder_with_its_own_routes_are_found(gate):
    (gate.folder / "routes.yaml").write_text("version: 1\nlisteners: {public: {address: '127.0.0.1:1'}}\n"
                                             "default: {action: {respond: {status: 200}}}\n")
    folder = gate.folder / "plugins/mine"
    folder.mkdir(parents=True)
    for place in (folder / "routes.yaml", gate.folder / "other.yaml"):
        place.write_text((gate.folder / "routes.yaml").read_text().replace("200", "204" if place.parent == folder else "404"))
    (folder / "mine_test.yaml").write_text("tests:\n  - {name: mine, request: {url: /}, expect: {status: 204}}\n")
    (folder / "build").mkdir()
    (folder / "build/old_test.yaml").write_text("tests: none\n")
    assert "1 passed, 0 failed" in gate.command("test", check=0).stdout
    assert "1 passed, 0 failed" in gate.command("test", "plugins/mine/mine_test.yaml", check=0).stdout
    assert "expected 204, got 404" in gate.command("test", "plugins", "-c", "other.yaml", check=1).stdout


def test_a_policy_in_shadow_decides_where_a_test_says_so(gate):
    (gate.folder / "routes.yaml").write_text("version: 1\nlisteners: {public: {address: '127.0.0.1:1'}}\nroutes:\n"
                                             "  - {name: r, priority: 1, policy: {script: policies/no.lua, mode: shadow},"
                                             " action: {respond: {status: 200}}}\n")
    policy(gate, "return { request = function(x) x:deny(403) end }", "no")
    (gate.folder / "routes_test.yaml").write_text("""tests:
  - {name: shadow, request: {url: /}, expect: {status: 200}}
  - {name: by file, enforce: policies/no.lua, request: {url: /}, expect: {status: 403}}
  - {name: by name, enforce: [r/policies/no.lua], request: {url: /}, expect: {status: 403}}
  - {name: none, enforce: r/policies/on.lua, request: {url: /}}
""")
    said = gate.command("test", check=1).stdout
    assert "3 passed, 1 failed" in said
    assert "no route has the policy 'r/policies/on.lua', did you mean 'r/policies/no.lua'?" in said


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

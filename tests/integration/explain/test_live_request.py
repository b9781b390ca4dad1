"""A request that carries a signed X-Gatehouse-Explain is told in the answer where it really went."""

import json
import re
import time

import pytest
import trial
from patience import until

NEW, OLD, OTHER = "a new secret of the gateway", "an old secret of the gateway", "the secret of somebody else"
FILE = """
    SECRETS
    target_groups: {shop: {targets: ["{origin}"]}, dead: {targets: ["127.0.0.1:1"]}}
    routes:
      - {name: old, priority: 1, when: {host: old.test}, action: {redirect: {url: "https://new.test/#{path}"}}}
      - {name: put, priority: 2, when: {path: "/api/*", method: PUT}, action: {forward: shop}}
      - {name: api, priority: 5, when: {path: "/api/*"}, rewrite: {path: {regex: "^/api", replace: ""}}, action: {forward: {shop: 1, dead: 0}}}
      - {name: dead, priority: 6, when: {path: /dead}, action: {forward: dead}}
      - {name: gone, priority: 9, when: {path: /gone}, action: {respond: {status: 410}}}"""
URL = "http://shop.test/api/x"


def file(*secrets):
    return FILE.replace("SECRETS", f"secrets: {{cookies: {json.dumps(secrets)}}}" if secrets else "")


@pytest.fixture
def serving(gate, origin):
    origin.answers("hello")
    gate.routes(file(NEW, OLD))
    return gate


def sign(gate, method, url, *words):
    return gate.command("explain", "--sign", method, url, *words, "-c", str(gate.file), check=0).stdout.strip()


def sign_with(gate, secret, *words):
    """With the same file but for its secret, while the gateway serves the other."""
    served = gate.file.read_text()
    gate.writes(file(secret))
    field = sign(gate, "GET", URL, *words)
    gate.file.write_text(served)
    return field


def asks(gate, *fields, method="GET", target="/api/x", host="shop.test"):
    client = gate.connect()
    client.sends(f"{method} {target} HTTP/1.1", f"Host: {host}", *fields, "Connection: close")
    return client.expects_any(bodiless=method == "HEAD")


def explained(gate, method, target, host="shop.test"):
    answer = asks(gate, sign(gate, method, f"http://{host}{target}"), method=method, target=target, host=host)
    return json.loads(answer.header("X-Gatehouse-Explain"))


def test_it_says_how_a_request_was_routed(serving, origin):
    said = explained(serving, "GET", "/api/x?q=1")
    assert said == {
        "generation": 1, "listener": "public", "method": "GET", "host": "shop.test", "path": "/api/x",
        "client_ip": "127.0.0.1", "rule": "api", "priority": 5, "steps": [],
        "action": {"forward": {"shop": 1, "dead": 0}, "host": "shop.test", "target": "/x?q=1"},
        "went_to": {"group": "shop", "target": origin.address, "attempts": 1},
        "rules": [
            {"priority": 1, "name": "old", "condition": "host", "wanted": "old.test", "saw": "shop.test"},
            {"priority": 2, "name": "put", "condition": "method", "wanted": "PUT", "saw": "GET"}]}


def test_answers_that_the_gateway_makes_are_explained_too(serving):
    assert explained(serving, "GET", "/a", host="old.test")["action"] == {
        "redirect": {"status": 302, "location": "https://new.test/a"}}
    assert explained(serving, "HEAD", "/gone")["action"] == {"respond": {"status": 410}}
    nothing = explained(serving, "GET", "/")
    assert nothing["rule"] is None
    assert nothing["refused"] == {"status": 404, "reason": "no_rule"}
    dead = explained(serving, "GET", "/dead")
    assert dead["went_to"] == {"group": "dead", "target": "127.0.0.1:1", "attempts": 2}
    assert dead["refused"] == {"status": 502, "reason": "target_unreachable"}


def test_it_agrees_with_explain(serving):
    for url in ("http://old.test/", "http://shop.test/api/y", "http://shop.test/gone", "http://shop.test/none"):
        offline = json.loads(serving.command("explain", "GET", url, "--json", "-c", str(serving.file), check=0).stdout)
        host, _, path = url[7:].partition("/")
        live = explained(serving, "GET", f"/{path}", host=host)
        assert (live["rule"], live.get("action")) == (offline["rule"], offline.get("action"))
        failed = [rule for rule in offline["rules"] if not rule.pop("holds")]
        assert live["rules"] == failed[:len(live["rules"])]


@pytest.mark.parametrize("action, told", [
    ("{forward: shop}", {"shop": 1}), ("{handler: {use: trial, with: {does: passes}}}", "r/trial/2")])
def test_it_names_the_steps_in_each_phase_and_the_handler(gate, origin, action, told):
    origin.answers("hello")
    gate.routes(trial.routes("trial", trial.step("names"), action=action, before=f"secrets: {{cookies: [{json.dumps(NEW)}]}}"))
    said = explained(gate, "GET", "/x")
    offline = json.loads(gate.command("explain", "GET", "/x", "--json", "-c", str(gate.file), check=0).stdout)
    assert said["action"].get("handler", said["action"].get("forward")) == told
    assert (said["steps"], "refused" in said) == (offline["steps"], False)
    assert {"phase": "request", "steps": ["trial", "r/trial"]} in said["steps"]


def test_a_port_and_the_case_of_the_host_do_not_matter(serving):
    field = sign(serving, "GET", "http://SHOP.test:8443/api/x")
    assert asks(serving, field, host="shop.TEST:81").header("X-Gatehouse-Explain")


def test_the_target_gets_no_such_header_whether_it_is_good_or_not(serving, origin):
    for field in (sign(serving, "GET", URL), "x-gatehouse-explain: 1.abc", "X_Gatehouse_Explain: 1.abc"):
        asks(serving, field)
    assert len(origin.requests) == 3
    assert not any("explain" in name for request in origin.requests for name in request.names)


def test_what_a_target_says_in_its_name_is_replaced(serving, origin):
    origin.answers("hello", 200, "X-Gatehouse-Explain: nonsense")
    answer = asks(serving, sign(serving, "GET", URL))
    assert [json.loads(each)["rule"] for each in answer.headers("X-Gatehouse-Explain")] == ["api"]


def ignored(gate, *fields, **request):
    answer = asks(gate, *fields, **request)
    assert answer.header("X-Gatehouse-Explain") is None
    return answer


def test_a_pass_is_good_for_its_own_request_only(serving):
    field = sign(serving, "GET", "http://shop.test/api/x?a=1")
    for request in ({"target": "/api/y?a=1"}, {"target": "/api/x?a=2"}, {"target": "/api/x"},
                    {"target": "/api/x?a=1", "method": "POST"}, {"target": "/api/x?a=1", "host": "old.test"}):
        ignored(serving, field, **request)
    for _ in range(2):  # as often as one likes
        assert asks(serving, field, target="/api/x?a=1").header("X-Gatehouse-Explain")


@pytest.mark.parametrize("change", [
    lambda time, sign: f"{time}.{sign[:-1]}",
    lambda time, sign: f"{time}.{sign}A",
    lambda time, sign: f"{time}.{'B' if sign[0] == 'A' else 'A'}{sign[1:]}",
    lambda time, sign: f"{int(time) + 1}.{sign}",
    lambda time, sign: f"+{time}.{sign}",
    lambda time, sign: f"0{time}.{sign}",
    lambda time, sign: f"{time}.",
    lambda time, sign: f".{sign}",
    lambda time, sign: time + sign,
    lambda time, sign: "",
])
def test_a_forged_pass_is_ignored(serving, change):
    good = sign(serving, "GET", URL)
    forged = change(*re.fullmatch(r"X-Gatehouse-Explain: (\d+)\.([\w-]{43})", good).groups())
    assert ignored(serving, f"X-Gatehouse-Explain: {forged}").text == "hello"


def test_the_first_secret_signs_and_all_verify(serving):
    assert asks(serving, sign_with(serving, OLD)).header("X-Gatehouse-Explain")
    ignored(serving, sign_with(serving, OTHER))


def test_a_pass_ends_with_its_time(serving):
    field = sign(serving, "GET", URL, "--for", "1s")
    end = int(re.search(r"(\d+)\.", field)[1])
    until(lambda: time.time() >= end, "the clock stands still")
    ignored(serving, field)


@pytest.mark.parametrize("words", [("--for", "2h"), ("--for", "0"), ("--for", "soon")])
def test_a_pass_cannot_be_good_for_longer_than_an_hour(serving, words):
    serving.command("explain", "--sign", "GET", URL, *words, "-c", str(serving.file), check=2)


def test_without_secrets_there_is_no_such_thing(gate, origin):
    origin.answers("hello")
    gate.routes(file())
    done = gate.command("explain", "--sign", "GET", URL, "-c", str(gate.file), check=1)
    assert "secrets.cookies" in done.stderr
    ignored(gate, sign_with(gate, NEW))


def test_with_many_rules_it_says_how_many_it_leaves_out(gate, origin):
    origin.answers("hello")
    rules = "\n".join(f'      - {{name: r{i}, priority: {i + 10}, when: {{path: "/{i}/*"}}, action: {{forward: shop}}}}'
                      for i in range(1000))
    more = file(NEW).replace("routes:", f"routes:\n{rules}").replace("api, priority: 5", "api, priority: 5000")
    gate.routes(more)
    answer = asks(gate, sign(gate, "GET", URL))
    text = answer.header("X-Gatehouse-Explain")
    said = json.loads(text)
    assert len(text) <= 4096 and said["rule"] == "api"
    assert len(said["rules"]) > 20
    assert len(said["rules"]) + said["rules_left_out"] == 1004


def test_it_never_makes_a_head_too_large(serving, origin):
    fields = [f"X-{i}: {'x' * 1000}" for i in range(60)]
    origin.answers("hello", 200, *fields)
    answer = asks(serving, sign(serving, "GET", URL))
    assert answer.status == 200 and len(answer.header("X-59")) == 1000

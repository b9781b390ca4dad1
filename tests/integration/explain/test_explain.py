"""`gatehouse explain` says what the gateway does, and why."""

import json
import random

import pytest
import yaml
from routes_generator import Generator

FILE = """
    trusted_proxies: [10.0.0.9]
    target_groups: {shop: {targets: ["127.0.0.1:9"]}, cart: {targets: ["127.0.0.1:9"]}}
    routes:
      - {name: old, priority: 1, when: {host: old.test}, action: {redirect: {url: "https://new.test/#{path}"}}}
      - {name: api, priority: 5, when: {path: "/v1/*", method: [GET, PUT], header: [{X-A: "1*"}, {X-B: "2"}], query: {q: "a"}, source_ip: 10.0.0.0/8, client_ip: 192.0.2.0/24}, rewrite: {path: {regex: "^/v1", replace: ""}, host: {regex: "^.*$", replace: "api.test"}}, action: {forward: {shop: 9, cart: 1}}}
      - {name: gone, priority: 9, when: {path: "/v1/*"}, action: {respond: {status: 410}}}
    default: {action: {forward: shop}}"""
GOOD = ("GET", "http://shop.test:81/v1/x?q=A", "-H", "X-A: 12", "-H", "X-B: 2", "--source-ip", "10.0.0.9",
        "-H", "X-Forwarded-For: 192.0.2.7")


def explain(gate, *words):
    done = gate.command("explain", *words, "-c", str(gate.file), "--json", check=0)
    return json.loads(done.stdout)


def test_it_says_what_happens_to_a_request(gate):
    gate.writes(FILE)
    said = explain(gate, *GOOD)
    assert (said["rule"], said["path"], said["client_ip"]) == ("api", "/v1/x", "192.0.2.7")
    assert said["action"] == {"forward": {"shop": 9, "cart": 1}, "host": "api.test:81",
                              "target": "/x?q=A"}
    redirect = explain(gate, "GET", "http://old.test/a")
    assert redirect["action"] == {"redirect": {"status": 302, "location": "https://new.test/a"}}
    assert explain(gate, "GET", "/v1/x")["action"] == {"respond": {"status": 410}}
    assert explain(gate, "GET", "/")["rule"] == "default"
    assert explain(gate, "GET", "/a%2fb")["refused"] == {"status": 400, "reason": "bad_path"}
    assert explain(gate, "GET", "/%zz")["refused"]["reason"] == "bad_target"


@pytest.mark.parametrize("url, listener", [
    ("http://shop.test/", "web"), ("https://shop.test/", "tls"), ("http://shop.test:8081/", "back"),
    ("http://[::1]:8081/", "back"), ("http://[::1]/", "web"), ("http://shop.test:9/", "web"), ("/", "web"),
    ("http://shop.test?to=a:8081", "web")])
def test_the_port_of_a_url_says_where_it_comes_in(gate, url, listener):
    gate.writes("""
        listeners: {web: {address: "0.0.0.0:8080"}, tls: {address: "0.0.0.0:443"}, back: {address: "127.0.0.1:8081"}}
        default: {action: {respond: {status: 200}}}""")
    assert explain(gate, "GET", url)["listener"] == listener
    assert explain(gate, "GET", url, "--listener", "back")["listener"] == "back"


# (what is changed of the good request, condition, what it saw)
FAILS = [
    ((1, "http://shop.test/v2/x?q=a"), "path", "/v2/x"),
    ((0, "POST"), "method", "POST"),
    ((3, "X-A: 3"), "header", "X-A: 3"),
    ((5, "X-C: 2"), "header", "nothing"),
    ((1, "http://shop.test/v1/x?q=b"), "query", "q=b"),
    ((7, "11.0.0.1"), "source_ip", "11.0.0.1"),
    ((9, "X-Forwarded-For: 192.0.3.1"), "client_ip", "192.0.3.1"),
]


@pytest.mark.parametrize("change, condition, saw", FAILS)
def test_it_names_the_first_condition_that_fails_and_what_that_saw(gate, change, condition, saw):
    gate.writes(FILE)
    words = list(GOOD)
    words[change[0]] = change[1]
    old, api = explain(gate, *words)["rules"][:2]
    assert (old["condition"], old["wanted"]) == ("host", "old.test")
    assert (api["holds"], api["condition"], api["saw"]) == (False, condition, saw)


def test_people_can_read_it(gate):
    gate.writes(FILE)
    text = gate.command("explain", "GET", "/v1/x", "-c", str(gate.file), check=0).stdout.splitlines()
    assert text[0] == "GET /v1/x on public, for localhost, from 127.0.0.1"
    assert text[1].split() == "1 old no: host is localhost, wanted old.test".split()
    assert text[2].split() == "5 api no: header is nothing, wanted x-a: 1*".split()
    assert text[3].split() == "9 gone decides".split()
    assert text[4] == "  -> respond 410"


@pytest.mark.parametrize("words", [("GET",), ("GET", "shop.test"), ("GET", "/", "-H", "nonsense"),
                                   ("GET", "/", "--source-ip", "1.2.3"), ("GET", "/", "-X", "a")])
def test_a_question_that_is_none_is_wrong_usage(gate, words):
    gate.writes(FILE)
    gate.command("explain", *words, "-c", str(gate.file), check=2)


def random_file(generator):
    routes = [{"name": f"r{i}", "priority": i + 1, "when": generator.when(),
               "action": {"respond": {"status": 200, "body": f"r{i}"}}} for i in range(25)]
    return yaml.safe_dump({"trusted_proxies": ["127.0.0.1"], "routes": routes, "default": {
        "action": {"respond": {"status": 200, "body": "default"}}}}, width=1000)


def question(ask):
    words = [ask["method"], ask["target"], "--source-ip", "127.0.0.1"]
    for field in (f"Host: {ask['host']}", *ask["fields"], f"X-Forwarded-For: {ask['client']}"):
        words += ["-H", field]
    return words


def mended(ask, rule):
    """The request with the one value changed that the rule's failed condition asks for, or None."""
    name, _, values = rule["wanted"].rpartition(": ")
    value = values.split(" | ")[-1]
    if value.startswith("/^") or value.endswith("/") or ": " in name:
        return None  # a regular expression, or several names
    literal = {"\\*": "\0", "\\?": "\1"}  # escaped in a pattern: meant as they stand
    for escaped, mark in literal.items():
        value = value.replace(escaped, mark)
    plain = value.replace("*", "").replace("?", "x").replace("\0", "*").replace("\1", "?")
    name = name.replace("*", "").replace("?", "x")
    if rule["condition"] == "header":
        return {**ask, "fields": [*ask["fields"], f"{name}: {plain}"]}
    if rule["condition"] == "query":
        joint = "&" if "?" in ask["target"] else "?"
        return {**ask, "target": f"{ask['target']}{joint}{name or 'k'}={plain.replace(' ', '+')}"}
    if rule["condition"] == "method":
        fields = [f for f in ask["fields"] if not f.startswith("Origin")]
        return {**ask, "method": plain, "fields": fields}
    if rule["condition"] == "host" and plain.strip("."):
        return {**ask, "host": plain}
    if rule["condition"] == "client_ip":
        return {**ask, "client": plain.partition("/")[0]}
    return None


# Hundreds of processes each: under a sanitizer one is enough.
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.plain) for n in range(1, 8))])
def test_it_agrees_with_the_gateway_and_what_it_names_is_what_is_wrong(gate, seed):
    generator = Generator(random.Random(seed))
    gate.routes(random_file(generator))
    hits = mendings = 0
    for _ in range(80):
        ask = generator.ask()
        said = explain(gate, *question(ask))
        client = gate.connect().sends(
            f"{ask['method']} {ask['target']} HTTP/1.1", f"Host: {ask['host']}", *ask["fields"],
            f"X-Forwarded-For: {ask['client']}")
        assert client.expects(200).text == said["rule"]
        hits += said["rule"] != "default"
        for rule in said["rules"]:
            changed = None if rule["holds"] or generator.chance(0.9) else mended(ask, rule)
            if changed is None:
                continue
            again = next(r for r in explain(gate, *question(changed))["rules"]
                         if r["name"] == rule["name"])
            assert again["holds"] or (again["condition"], again["wanted"]) != (
                rule["condition"], rule["wanted"]), (ask, changed, rule)
            mendings += 1
    assert hits > 20 and mendings > 20, (hits, mendings)


def test_the_running_gateway_explains_what_it_serves(gate):
    gate.routes(FILE)
    words = ("explain", *GOOD, "-c", str(gate.file))
    offline, text = explain(gate, *GOOD), gate.command(*words, check=0).stdout
    gate.writes("default: {action: {respond: {status: 200}}}")  # not loaded
    assert explain(gate, *GOOD)["rule"] == "default"
    assert explain(gate, *GOOD, "--live") == offline
    assert gate.command(*words, "--live", check=0).stdout == text

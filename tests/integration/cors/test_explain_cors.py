"""`gatehouse explain --cors ORIGIN` says what a browser will do, and why."""

import json

import pytest

from trial import FOLDER

OURS = "https://chat.example.com"
FILE = f"""
    target_groups: {{shop: {{targets: ["127.0.0.1:9"]}}}}
    plugins:
      browser: {{use: cors, with: {{origins: ["{OURS}", "https://*.example.com"], methods: [GET, PUT], allow_headers: [Authorization],
                 expose_headers: [ETag], credentials: true, max_age: 1h}}}}
      open: {{use: cors, with: {{origins: ["*"], allow_headers: ["*"], expose_headers: ["*"]}}}}
      counted: {{use: cors, with: {{origins: ["{OURS}"], mode: report}}}}
    routes:
      - {{name: api, priority: 1, when: {{path: "/api/*"}}, plugins: [browser], action: {{forward: shop}}}}
      - {{name: open, priority: 2, when: {{path: "/open/*"}}, plugins: [open], action: {{forward: shop}}}}
      - {{name: counted, priority: 3, when: {{path: "/counted"}}, plugins: [counted], action: {{forward: shop}}}}
      - {{name: moved, priority: 4, when: {{path: "/moved"}}, plugins: [open], action: {{redirect: {{path: "/api/x"}}}}}}
      - {{name: closed, priority: 5, when: {{path: "/closed"}}, plugins: [open], action: {{respond: {{status: 403}}}}}}
      - {{name: theirs, priority: 6, when: {{path: "/theirs"}}, action: {{forward: shop}}}}
    default: {{action: {{respond: {{status: 404}}}}}}"""


def explained(gate, *words, live=()):
    return json.loads(gate.command("explain", *words, *live, "-c", str(gate.file), "--json", check=0).stdout)


# (method, URL, further words, origin) -> (why it asks first, status of the preflight, verdict)
BROWSERS = [
    (("GET", "/api/x"), OURS, [], None, "reads"),
    (("POST", "/api/x", "-H", "Content-Type: text/plain"), OURS, [], None, "reads"),
    (("GET", "/api/x", "--credentials"), OURS, [], None, "reads"),
    (("GET", "/api/x"), "https://evil.test", [], None, "hidden"),
    (("GET", "/api/x"), "https://example.com", [], None, "hidden"),
    (("GET", "/api/x"), "https://a.b.example.com", [], None, "reads"),
    (("GET", "/api/x"), "null", [], None, "hidden"),
    (("put", "/api/x"), OURS, ["PUT is not one of GET, HEAD, POST"], 204, "reads"),
    (("DELETE", "/api/x"), OURS, ["DELETE is not one of GET, HEAD, POST"], 204, "not_sent"),
    (("GET", "/api/x", "-H", "Authorization: b"), OURS, ["a form could not send this authorization"], 204, "reads"),
    (("POST", "/api/x", "-H", "Content-Type: application/json"), OURS, ["a form could not send this content-type"], 204,
     "not_sent"),
    (("PUT", "/api/x"), "https://evil.test", ["PUT is not one of GET, HEAD, POST"], 204, "not_sent"),
    (("GET", "/open/x"), "https://evil.test", [], None, "reads"),
    (("GET", "/open/x", "--credentials"), "https://evil.test", [], None, "hidden"),
    (("GET", "/open/x", "-H", "X-A: 1"), "null", ["a form could not send this x-a"], 204, "reads"),
    (("GET", "/open/x", "-H", "Authorization: b"), "null", ["a form could not send this authorization"], 204, "not_sent"),
    (("GET", "/moved"), OURS, [], None, "follows"),
    (("GET", "/closed"), OURS, [], None, "reads"),
    (("GET", "/counted"), OURS, [], None, "target_decides"),
    (("GET", "/theirs"), OURS, [], None, "target_decides"),
    (("PUT", "/theirs"), OURS, ["PUT is not one of GET, HEAD, POST"], None, "target_decides"),
    (("GET", "/nowhere"), OURS, [], None, "hidden"),
    (("PUT", "https://chat.example.com:443/api/x"), OURS, [], None, "same_origin"),
]


@pytest.mark.parametrize("words, origin, asks, status, verdict", BROWSERS, ids=[f"{' '.join(r[0])} {r[1]}" for r in BROWSERS])
def test_what_a_browser_does(gate, words, origin, asks, status, verdict):
    gate.writes(FILE)
    said = explained(gate, *words, "--cors", origin)
    assert (said["asks_first"], said["verdict"]) == (asks, verdict)
    assert (said["preflight"] or {}).get("status") == status
    assert (said["request"] is None) == (verdict == "not_sent")
    checks = [check["holds"] for leg in ("preflight", "request") for check in (said[leg] or {}).get("checks", [])]
    assert all(checks) == (verdict not in ("hidden", "not_sent"))


def test_people_can_read_what_is_asked_what_is_answered_and_why(gate):
    gate.writes(FILE)
    said = gate.command("explain", "PUT", "http://shop.test/api/x", "--cors", OURS, "--credentials", "-c", str(gate.file),
                        check=0).stdout
    assert said == f"""a page of {OURS} fetches on public, with credentials
  asks first: yes, PUT is not one of GET, HEAD, POST
  preflight
    > OPTIONS http://shop.test/api/x
    > Origin: {OURS}
    > Access-Control-Request-Method: PUT
    api: respond 204 by browser
    browser: {OURS} is allowed by {OURS}
    < Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
    < Access-Control-Allow-Origin: {OURS}
    < Access-Control-Allow-Credentials: true
    < Access-Control-Allow-Methods: GET, PUT
    < Access-Control-Allow-Headers: Authorization
    < Access-Control-Max-Age: 3600
    yes: Access-Control-Allow-Origin is {OURS}
    yes: Access-Control-Allow-Credentials is true
    yes: the status is 204
    yes: it allows PUT
  request
    > PUT http://shop.test/api/x
    > Origin: {OURS}
    api: forward to shop: /api/x with Host: shop.test
    browser: {OURS} is allowed by {OURS}
    < Access-Control-Allow-Origin: {OURS}
    < Access-Control-Allow-Credentials: true
    < Access-Control-Expose-Headers: ETag
    < Vary: Origin
    yes: Access-Control-Allow-Origin is {OURS}
    yes: Access-Control-Allow-Credentials is true
  -> the page reads the answer
     and of its header fields Cache-Control, Content-Language, Content-Length, Content-Type, Expires, Last-Modified, Pragma, ETag
"""


def test_the_running_gateway_says_the_same_as_its_file(gate):
    gate.routes(FILE)
    for words in (("PUT", "/api/x", "--cors", OURS, "--credentials"), ("GET", "/api/x", "--cors", "https://evil.test")):
        offline, live = explained(gate, *words), explained(gate, *words, live=["--live"])
        assert live == offline
        texts = [gate.command("explain", *words, *more, "-c", str(gate.file), check=0).stdout for more in ([], ["--live"])]
        assert texts[0] == texts[1]


def test_what_is_explained_is_what_is_sent(gate, origin):
    """The header fields, of a preflight and of an answer."""
    gate.routes(FILE.replace("127.0.0.1:9", "{origin}"))
    origin.answers("fine", 200, "Access-Control-Allow-Origin: *")
    said = explained(gate, "PUT", "http://shop.test/api/x", "--cors", OURS)
    for leg, method in (("preflight", "OPTIONS"), ("request", "PUT")):
        answer = gate.connect().sends(f"{method} /api/x HTTP/1.1", "Host: shop.test", *said[leg]["headers"],
                                      *(["Content-Length: 0"] if method == "PUT" else []), "", "").expects_any()
        fields = {name: value for name, value in answer.fields if name.startswith("Access-Control-") or name == "Vary"}
        assert fields == {field["name"]: field["value"] for field in said[leg]["answer"]}


def test_an_origin_that_is_none_is_wrong_usage(gate):
    gate.writes(FILE)
    done = gate.command("explain", "GET", "/api/x", "--cors", "chat.example.com/x", "-c", str(gate.file), check=2)
    assert "'chat.example.com/x' is no origin; scheme and host: https://chat.example.com" in done.stderr


def test_a_strangers_plugin_is_asked_like_ours(gate):
    gate.writes(f"""
        plugin_path: ["{FOLDER}"]
        plugins: {{trial: {{use: trial, with: {{does: denies, status: 403}}}}}}
        routes: [{{name: r, priority: 1, plugins: [plain, trial], action: {{respond: {{status: 200}}}}}}]""")
    said = explained(gate, "GET", "/x")
    assert {"phase": "request", "step": "trial", "says": ["denies /x"], "answers": 403} in said["said"]
    assert (said["answered"], said["silent"]) == ({"step": "trial", "status": 403}, ["plain"])
    assert {"name": "X-Seen", "value": "/x"} in said["response_headers"]
    text = gate.command("explain", "GET", "/x", "-c", str(gate.file), check=0).stdout
    assert "    trial: denies /x\n" in text and text.endswith("  -> respond 403 by trial\n")

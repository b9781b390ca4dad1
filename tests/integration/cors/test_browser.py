"""A page in headless Chromium really does the fetches, and `explain --cors` foretells each of them.

Of the standard Chromium leaves out that `*` does not stand for Authorization: that is in tests/conformance alone.  Of private
networks it asks the person (Local Network Access) and sends no preflight any more, as a page whose address was declared public
(--ip-address-space-overrides) showed with Chromium 156: those preflights are in test_cors.py.
"""

import html
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import tokens
from browser import dump

PAGE = """<!doctype html><html><body><pre id="got"></pre><script>
const asks = %s, api = "%s", got = {};
async function one(path, options) {
  try {
    const answer = await fetch(api + path, options);
    return {status: answer.status, fields: [...answer.headers.keys()], text: await answer.text()};
  } catch (error) {
    return {error: error.name};
  }
}
async function all() {
  if (location.hostname == "127.0.0.1") document.cookie = "session=1";
  for (const [name, path, options] of asks) got[name] = await one(path, options);
  document.getElementById("got").textContent = JSON.stringify(got);
}
all();
</script></body></html>"""

AUTHORIZATION = {"Authorization": "Bearer b"}
# name, path, what fetch is given, what a page of an allowed origin gets
ASKS = [
    ("simple", "/api/x", {}, 200),
    ("form", "/api/x", {"method": "POST", "body": "a=b", "headers": {"Content-Type": "text/plain"}}, 200),
    ("preflighted", "/api/x", {"method": "PUT", "body": "{}", "headers": {"Content-Type": "application/json", **AUTHORIZATION}}, 200),
    ("PATCH", "/api/x", {"method": "PATCH"}, 200),
    ("patch", "/api/x", {"method": "patch"}, None),
    ("method that is not allowed", "/api/x", {"method": "DELETE"}, None),
    ("header that is not allowed", "/api/x", {"headers": {"X-Other": "1"}}, None),
    ("credentials", "/api/x", {"credentials": "include"}, 200),
    ("credentials, preflighted", "/api/x", {"method": "PUT", "credentials": "include"}, 200),
    ("star, credentials", "/open/x", {"credentials": "include"}, None),
    ("star", "/open/x", {"headers": {"X-Other": "1"}}, 200),
    ("no route", "/nowhere", {}, None),
    ("signed in nowhere", "/private/x", {"headers": AUTHORIZATION}, 401),
    ("dead target", "/dead/x", {}, 502),
    ("bad path", "/api/a%2fb", {}, 400),
    ("redirect", "/moved", {}, 200),
]


class Here:
    """Where this test runs: the page's host is 127.0.0.1 and localhost, two origins."""

    @staticmethod
    def runs(*words, within):
        return subprocess.run(words, capture_output=True, text=True, timeout=within)


@pytest.fixture
def pages(gate, origin, origins, dead, tmp_path):
    """What pages of the allowed and of another origin got."""
    served = origins("pages")
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}, away: {{targets: ["{{dead}}"]}}}}
        plugins:
          browser: {{use: cors, with: {{origins: ["http://{served.address}"], methods: [GET, PUT, PATCH], credentials: true,
                     allow_headers: [Authorization, Content-Type], expose_headers: [ETag], max_age: 0s}}}}
          open: {{use: cors, with: {{origins: ["*"], allow_headers: ["*"]}}}}
          identity: {{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}}}}}
        routes:
          - {{name: api, priority: 1, when: {{path: "/api/*"}}, plugins: [browser], action: {{forward: shop}}}}
          - {{name: open, priority: 2, when: {{path: "/open/*"}}, plugins: [open], action: {{forward: shop}}}}
          - {{name: private, priority: 3, when: {{path: "/private/*"}}, plugins: [identity, browser], action: {{forward: shop}}}}
          - {{name: dead, priority: 4, when: {{path: "/dead/*"}}, plugins: [browser], action: {{forward: away}}}}
          - {{name: moved, priority: 5, when: {{path: "/moved"}}, plugins: [browser], action: {{redirect: {{path: "/api/x"}}}}}}
        default: {{action: {{respond: {{status: 404}}}}}}""")
    origin.answers("fine", 200, 'ETag: "1"', "X-Hidden: 1", "Access-Control-Allow-Origin: *")
    served.answers(PAGE % (json.dumps([ask[:3] for ask in ASKS]), f"http://127.0.0.1:{gate.port}"), 200, "Content-Type: text/html")
    hosts = (f"http://{served.address}", f"http://localhost:{served.port}")
    with ThreadPoolExecutor() as browsers:
        shown = browsers.map(lambda at: dump(Here, at, tmp_path / at.replace("/", "_")), hosts)
        return {at: json.loads(html.unescape(re.search(r'<pre id="got">(.*?)</pre>', page, re.S)[1]))
                for at, page in zip(hosts, shown)}


def foretold(gate, origin, path, options):
    words = [word for name, value in options.get("headers", {}).items() for word in ("-H", f"{name}: {value}")]
    words += ["--credentials"] if options.get("credentials") == "include" else []
    done = gate.command("explain", options.get("method", "GET"), f"http://127.0.0.1:{gate.port}{path}", "--cors", origin, *words,
                        "-c", str(gate.file), "--json", check=0)
    return json.loads(done.stdout)


def test_M02_a_browser_gets_what_it_is_allowed_and_explain_foretells_it(gate, origin, pages):
    ours, others = pages
    for name, path, options, status in ASKS:
        assert pages[ours][name].get("status") == status, (name, pages[ours][name])
        assert pages[others][name].get("status") == (200 if name == "star" else None), (name, pages[others][name])
        for page in pages:
            verdict = foretold(gate, page, path, options)["verdict"]
            assert (verdict in ("reads", "follows")) == ("status" in pages[page][name]), (name, page, verdict)
    # What is exposed can be read, the rest cannot; cookies go along only when the script wants it.
    assert pages[ours]["simple"]["fields"] == ["content-length", "etag"]
    assert pages[ours]["dead target"]["text"] != ""
    with_cookie = [f"{r.method} {r.target}" for r in origin.requests if r.header("Cookie") == "session=1"]
    assert with_cookie == ["GET /api/x", "PUT /api/x", "GET /open/x"]
    # A refused preflight keeps the request; no preflight ever reaches the target.
    assert {r.method for r in origin.requests} == {"GET", "POST", "PUT", "PATCH"}
    assert not [r for r in origin.requests if r.header("X-Other") and r.target != "/open/x"]
    assert [r.method for r in origin.requests if r.header("Origin") == others and r.target == "/api/x"] == [
        "GET", "POST", "GET"]  # simple ones are sent, and the answer is kept from the page

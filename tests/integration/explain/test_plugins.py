"""What each of the gateway's own plugins says that it would do with a request."""

import hashlib
import json
import time

import pytest

import tokens

TOKEN = tokens.hs256()
EXPIRED = tokens.hs256(exp=int(time.time()) - 60)
JWT = f'chain: [jwt], jwt: {{secret: "{tokens.SECRET}", from: [bearer, cookie]}}'
FOREIGN = ("-H", f"Cookie: access_token={TOKEN}", "-H", "Origin: https://evil.test")
HASH = "$2y$05$" + "a" * 53
KEYS = {"api.keys": f"shop {hashlib.sha256(b'key').hexdigest()} orders\n", "users.htpasswd": f"ann:{HASH}\n"}

# the step, the question, what it says, the status of its answer (None: it does not answer)
SAID = [
    (f"auth, with: {{{JWT}}}", ("GET",), "there is no token", 401),
    (f"auth, with: {{{JWT}, login: /login}}", ("GET", "-H", "Sec-Fetch-Mode: navigate"), "there is no token", 302),
    (f"auth, with: {{{JWT}, optional: true}}", ("GET",), "there is no token, and nobody signed in may pass too", None),
    (f"auth, with: {{{JWT}}}", ("GET", "-H", tokens.bearer(TOKEN)), "the token is that of ann", None),
    (f"auth, with: {{{JWT}}}", ("GET", "-H", tokens.bearer(EXPIRED)), "token_expired", 401),
    (f"auth, with: {{{JWT}}}", ("GET", "-H", "Authorization: Bearer"), "credential_malformed", 400),
    (f"auth, with: {{{JWT}}}", ("GET", "-H", tokens.bearer(TOKEN), "-H", f"Cookie: access_token={TOKEN}"), "credentials_several", 400),
    (f"auth, with: {{{JWT}, require: {{role: owner}}}}", ("GET", "-H", tokens.bearer(TOKEN)),
     "the token is that of ann, whom `require` does not let pass", 403),
    (f"auth, with: {{{JWT}}}", ("POST", *FOREIGN), "the token is that of ann, and nothing shows that a page of ours asked", 403),
    (f"auth, with: {{{JWT}}}", ("GET", *FOREIGN), "the token is that of ann", None),
    ("auth, with: {chain: [jwt], jwt: {algorithms: [RS256], jwks: 'https://id.test/keys'}}", ("GET", "-H", tokens.bearer(TOKEN)),
     "a key set decides over the token, which is not fetched here: else 401", None),
    ("basic_auth, with: {users: users.htpasswd}", ("GET",), "there is no name and no password", 401),
    ("basic_auth, with: {users: users.htpasswd}", ("GET", "-H", "Authorization: Basic ?"),
     "Authorization has no name and password that could be read", 400),
    ("basic_auth, with: {users: users.htpasswd}", ("GET", "-H", "Authorization: Basic YW5uOnNlc2FtZQ=="),
     "asks the file `users` whether that is the password of ann; else 401", None),
    ("api_key, with: {keys: api.keys}", ("GET",), "there is no key", 401),
    ("api_key, with: {keys: api.keys}", ("GET", "-H", "X-API-Key: key", "-H", "X-API-Key: key"), "there are several keys", 400),
    ("api_key, with: {keys: api.keys}", ("GET", "-H", "X-API-Key: other"), "the file `keys` does not know the key", 401),
    ("api_key, with: {keys: api.keys, roles: users}", ("GET", "-H", "X-API-Key: key"), "the key of shop has none of the roles", 403),
    ("api_key, with: {keys: api.keys, roles: orders}", ("GET", "-H", "X-API-Key: key"), "the key is that of shop", None),
    ("forward_auth, with: {target_group: judges, path: /may}", ("GET",), "asks the group judges at /may, which decides", None),
    ("mirror, with: {target_group: judges}", ("GET",), "once it is answered, a copy goes to the group judges", None),
    ("mirror, with: {target_group: judges, percent: 5}", ("GET",),
     "once it is answered, a copy goes to the group judges, of 5 % of them", None),
    ("mirror, with: {target_group: judges, body: 1KiB}", ("POST", "-H", "Content-Length: 1025"),
     "no copy: the body is longer than `body`", None),
    ("compression", ("GET",), "the answer stays as it is: the client does not want it compressed", None),
    ("compression", ("GET", "-H", "Accept-Encoding: gzip;q=1, br;q=0.5"), "an answer of one of its types is compressed with gzip", None),
    ("compression", ("GET", "-H", "Accept-Encoding: br", "-H", "Cookie: a=b"),
     "the answer stays as it is unless it is public: another page may have asked with the user's credentials", None),
    ("rate_limit, with: {key: client_ip, rate: 10/min, burst: 5}", ("GET",), "counts by client_ip: 10/min, at once 5, else 429", None),
    ("rate_limit, with: {key: route, concurrency: 2, mode: shadow}", ("GET",),
     "counts by route: under way 2, else 429 (shadow: nobody is refused)", None),
    ("headers, with: {request: {set: {X-Tenant: secret}}}", ("GET",), "sets X-Tenant", None),
    ("ip_access, with: {deny: 127.0.0.1}", ("GET",), "the address is denied", 403),
    ("body_limits, with: {content_types: application/json}", ("POST", "-H", "Content-Length: 2"),
     "application/octet-stream is none of its content_types", 415),
    ("deprecation, with: {sunset: '2100-01-01', after_sunset: gone}", ("GET",), "410 from 2100-01-01 on", None),
]


def asks(gate, step, words, action="{respond: {status: 204}}"):
    for name, text in KEYS.items():
        (gate.folder / name).write_text(text)
    plugins = f"plugins: [{{use: {step}}}], " if step else ""
    gate.writes(f"""
        target_groups: {{judges: {{targets: ["127.0.0.1:1"]}}}}
        routes: [{{name: r, priority: 1, {plugins}action: {action}}}]""")
    method, *more = words
    done = gate.command("explain", method, "http://shop.test/a/b.css", *more, "-c", str(gate.file), "--json", check=0)
    return json.loads(done.stdout)


@pytest.mark.parametrize("step, words, says, status", SAID, ids=[f"{row[0].split(',')[0]} {n}" for n, row in enumerate(SAID)])
def test_a_plugin_says_what_it_would_do(gate, step, words, says, status):
    said = asks(gate, step, words)
    (one,) = [words for words in said["said"] if words["says"]]
    assert (one["says"], one.get("answers"), said.get("silent")) == ([says], status, None)


@pytest.mark.parametrize("words, with_, says, status", [
    (("GET",), "root: .", "the file a/b.css of ", None), (("GET",), "root: ., prefix: /b", "no file is called so", 404),
    (("POST",), "root: .", "files are got, not changed", 405)])
def test_a_handler_says_so_too(gate, words, with_, says, status):
    said = asks(gate, "", words, f"{{handler: {{use: static, with: {{{with_}}}}}}}")
    (one,) = said["said"]
    assert one["phase"] == "serve" and one["says"][0].startswith(says) and one.get("answers") == status


def test_fields_of_the_answer_are_said_for_browsers(gate):
    said = asks(gate, "headers, with: {response: {set: {X-Frame-Options: DENY}, remove: [Server], add: {Vary: Accept}}}", ("GET",))
    assert said["said"][-1]["says"] == ["adds Vary"]
    assert said["response_headers"] == [{"name": "X-Frame-Options", "value": "DENY"}]
    assert said["removes_headers"] == ["Server"]

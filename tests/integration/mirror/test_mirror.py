"""Copies of requests: nobody waits for them, and nobody sees what becomes of them."""

import pytest

import tokens


def routes(more="", copy="{copy}"):
    return f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}, next: {{targets: ["{copy}"]}}}}
    routes: [{{name: shop, priority: 1, when: {{path: "/*"}}, action: {{forward: shop}},
              plugins: [{{use: mirror, with: {{target_group: next{more}}}}}]}}]"""


@pytest.fixture
def copy(origins):
    return origins("copy")


def test_a_copy_has_what_the_request_had_but_for_its_secrets(gate, origin, copy):
    gate.routes(routes())
    origin.answers("real")
    copy.answers("never seen", 500)
    client = gate.connect().sends("POST /x?y=z HTTP/1.1", "Host: shop.test", "Cookie: s=1", "X-One: 1",
                                  "Transfer-Encoding: chunked", "", "5", "hello", "0", "", "")
    client.expects(200, body="real")
    got = copy.request()
    assert (got.method, got.target, got.text) == ("POST", "/x?y=z", "hello")
    assert (got.header("Host"), got.header("X-One"), got.header("Cookie")) == ("shop.test", "1", None)
    assert got.header("X-Gatehouse-Mirror") == "1"


@pytest.mark.parametrize("lines", [("Content-Length: 0", "", ""), ("Transfer-Encoding: chunked", "", "0", "", ""), ("", "")])
def test_a_request_without_a_byte_of_body_is_copied(gate, origin, copy, lines):
    gate.routes(routes())
    origin.answers("real")
    copy.answers("never seen")
    gate.connect().sends("POST /x HTTP/1.1", "Host: shop.test", *lines).expects(200, body="real")
    assert (copy.request().method, copy.request().text) == ("POST", "")


def test_H01_a_copy_says_who_the_client_is_as_the_target_is_told_and_never_as_the_client_says(gate, origin, copy):
    """Whoever gets copies believes the same fields as the target."""
    gate.routes(f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}, next: {{targets: ["{{copy}}"]}}, other: {{targets: ["{{origin}}"]}}}}
    plugins:
      copies: {{use: mirror, with: {{target_group: next}}}}
      identity: {{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}}}}}
    routes:
      - {{name: api, priority: 1, when: {{path: /api}}, plugins: [copies, identity], action: {{forward: shop}}}}
      - {{name: new, priority: 2, when: {{path: /new}}, plugins: [identity], action: {{forward: next}}}}
      - {{name: all, priority: 3, when: {{path: "/*"}}, plugins: [copies], action: {{forward: other}}}}""")
    origin.answers("real")
    copy.answers("")
    forged = ("X-User-ID: root", "X_User_ID: root", "X-Forwarded-For: 192.0.2.1", "X-Middleware-Subrequest: a",
              "Connection: X-Hop", "X-Hop: 1")
    for path, user in (("/api", "ann"), ("/public", None)):
        assert gate.answer(path, tokens.bearer(tokens.hs256()), *forged).status == 200
        got = copy.request(0 if path == "/api" else 1)
        assert (got.header("X-User-ID"), got.header("X_User_ID"), got.header("X-Hop")) == (user, None, None)
        assert (got.header("X-Forwarded-For"), got.header("X-Middleware-Subrequest")) == ("127.0.0.1", None)


def test_a_copy_that_fails_is_only_counted(gate, origin, dead):
    gate.routes(routes(copy="{dead}"))
    origin.answers("real")
    client = gate.connect()
    for _ in range(3):
        client.gets("/x").expects(200, body="real")
    gate.waits_for_metric("gatehouse_mirror_failed_total", 3)


def test_a_body_that_is_too_long_is_not_copied(gate, origin, copy):
    gate.routes(routes(", body: 1KiB"))
    origin.answers("real")
    copy.answers("")
    client = gate.connect()
    for size in (1025, 1024):
        client.sends("POST /x HTTP/1.1", "Host: a", f"Content-Length: {size}", "", "b" * size).expects(200)
    assert len(copy.request().body) == 1024
    gate.waits_for_metric("gatehouse_mirror_too_long_total", 1)
    assert len(copy.requests) == 1


def test_what_was_refused_is_not_copied(gate, origin, copy):
    gate.routes(routes().replace("action: {forward: shop}", "action: {respond: {status: 403}}"))
    gate.connect().gets("/x").expects_any()
    gate.records(1)
    assert gate.metric("gatehouse_mirror_copies_total") == 0

"""Copies of requests: nobody waits for them, and nobody sees what becomes of them."""

import pytest


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

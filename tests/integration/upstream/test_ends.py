"""Targets that end too early, and answers that have no body: the client can always tell."""

import threading

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_close_before_the_head_is_over_is_a_502(gate, origin, sent):
    gate.routes(FORWARD)
    origin.expects("POST /").sends_bytes(sent).then_closes()
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 2", "", "hi")
    assert client.expects(502).reason in ("target_closed", "target_truncated")
    assert origin.saw == ["POST /"]


def test_a_reset_before_the_head_is_a_502(gate, origin):
    gate.routes(FORWARD)
    origin.expects("POST /").then_resets()
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 2", "", "hi")
    client.expects(502, reason="target_reset")
    assert origin.saw == ["POST /"]


def broken_after_the_head(gate, origin, head, ending):
    gate.routes(FORWARD)
    more = threading.Event()
    script = origin.expects("GET /").sends("HTTP/1.1 200 OK", head).sends_bytes(b"5\r\nhello\r\n")
    getattr(script.waits_for(more), ending)()
    client = gate.connect().gets("/")
    client.expects_head(200)
    client.reads(5)
    more.set()
    client.expects_truncated()
    record = gate.records()[0]
    assert record["status"] == 200
    return record["reason"]


@pytest.mark.parametrize("head", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_close_inside_the_body_is_passed_on_as_one(gate, origin, head):
    assert broken_after_the_head(gate, origin, head, "then_closes") == "target_truncated"


@pytest.mark.parametrize("head", ["Content-Length: 100", "Transfer-Encoding: chunked", "X-Until: close"])
def test_a_reset_inside_the_body_is_passed_on_as_a_broken_end(gate, origin, head):
    assert broken_after_the_head(gate, origin, head, "then_resets") in (
        "target_truncated", "target_reset")


def test_a_body_until_close_is_whole(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "X-A: b", "", "until the end").then_closes()
    client = gate.connect().gets("/")
    answer = client.expects(200, body="until the end")
    assert answer.framing == "chunked", "its end must be told to a client of HTTP/1.1"
    origin.expects("GET /2").answers("next")
    client.gets("/2").expects(200, body="next")


def test_an_answer_of_http_1_0_until_close_is_whole(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends("HTTP/1.0 200 OK", "Server: old", "", "old").then_closes()
    gate.connect().gets("/").expects(200, body="old")


def test_bytes_after_an_answer_never_become_another(gate, origin):
    """Response smuggling: the pooled connection is thrown away."""
    gate.routes(FORWARD)
    origin.expects("GET /1").answers("one").sends_bytes(
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison").never_answers()
    origin.expects("GET /2").answers("two")
    client = gate.connect()
    client.gets("/1").expects(200, body="one")
    origin.waits_for_end(0)
    client.gets("/2").expects(200, body="two")
    assert origin.connections == 2


@pytest.mark.parametrize("status", [204, 304])
def test_204_and_304_have_no_body(gate, origin, status):
    gate.routes(FORWARD)
    origin.expects("GET /1").answers("", status, "ETag: x")
    origin.expects("GET /2").answers("two")
    client = gate.connect()
    assert client.gets("/1").expects(status).header("Transfer-Encoding") is None
    client.gets("/2").expects(200, body="two")
    assert origin.connections == 1


def test_the_answer_to_head_has_no_body_and_keeps_its_length(gate, origin):
    gate.routes(FORWARD)
    origin.expects("HEAD /1").sends("HTTP/1.1 200 OK", "Content-Length: 1234")
    origin.expects("GET /2").answers("two")
    client = gate.connect().sends("HEAD /1 HTTP/1.1", "Host: a")
    assert client.expects(200, bodiless=True).header("Content-Length") == "1234"
    client.gets("/2").expects(200, body="two")
    assert origin.connections == 1


def test_a_body_sent_to_head_anyway_reaches_nobody(gate, origin):
    gate.routes(FORWARD)
    origin.expects("HEAD /1").sends("HTTP/1.1 200 OK", "Content-Length: 6", "", "poison").never_answers()
    origin.expects("GET /2").answers("two")
    client = gate.connect().sends("HEAD /1 HTTP/1.1", "Host: a")
    client.expects(200, bodiless=True)
    origin.waits_for_end(0)
    client.gets("/2").expects(200, body="two")


def test_103_early_hints_are_passed_on(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload").answers("x")
    answer = gate.connect().gets("/").expects(200, body="x")
    assert [i.status for i in answer.informational] == [103]
    assert answer.informational[0].header("Link") == "</a.css>; rel=preload"


def test_an_unasked_100_is_no_answer(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends("HTTP/1.1 100 Continue", "", "").answers("x")
    gate.connect().gets("/").expects(200, body="x")


def test_a_flood_of_informational_answers_ends(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends_bytes(b"HTTP/1.1 103 H\r\nX: y\r\n\r\n" * 200000).never_answers()
    client = gate.connect().gets("/")
    assert client.expects_any().status == 502


def test_an_early_answer_is_passed_on_while_the_body_still_comes(gate, origin):
    """RFC 9112 9.3: a target may refuse before it has read all."""
    gate.routes(FORWARD)
    origin.expects("POST /").before_the_body().answers("too much", 413, "Connection: close").then_closes()
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 1000000", "", "begin")
    client.expects(413, body="too much")

"""A client that has said all may close its sending side and still read (RFC 9112 9.6)."""

import threading

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


def test_the_answer_comes_all_the_same(gate, origin):
    gate.routes(FORWARD)
    go = threading.Event()
    origin.expects("GET /slow").waits_for(go).answers("hi")
    client = gate.connect().sends_bytes(get("/slow")).half_closes()
    origin.request()
    go.set()
    client.expects(200, body="hi")
    client.expects_closed("closed")


def test_all_pipelined_requests_are_answered(gate, origin):
    gate.routes(FORWARD)
    go = threading.Event()
    origin.expects("GET /1").waits_for(go).answers("one")
    origin.expects("GET /2").answers("two")
    origin.expects("POST /3").answers("three")
    client = gate.connect().sends_bytes(
        get("/1") + get("/2") + b"POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
    client.half_closes()
    origin.request()
    go.set()
    for body in ("one", "two"):
        assert client.expects(200, body=body).header("Connection") is None
    client.expects(200, body="three")
    client.expects_closed("closed")
    assert origin.requests[-1].body == b"hi"


@pytest.mark.parametrize("rest, reason", [
    (b"GET /2 HTTP/1.1\r\nHos", "bad_request"),
    (b"POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhi", "client_closed"),
])
def test_what_was_cut_off_is_not_waited_for(gate, origin, rest, reason):
    gate.routes(FORWARD)
    go = threading.Event()
    origin.expects("GET /1").waits_for(go).answers("one")
    client = gate.connect().sends_bytes(get("/1") + rest)
    client.half_closes()
    origin.request()
    go.set()
    client.expects(200, body="one")
    client.wire.rest()
    assert gate.record(reason=reason)
    assert origin.saw == ["GET /1"]

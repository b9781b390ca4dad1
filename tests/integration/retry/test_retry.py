"""Tried again: only what cannot have had an effect, once (RFC 9110 9.2.2)."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
TWO = """
    target_groups: {shop: {targets: ["{dead}", "{origin}"]}}
    default: {action: {forward: shop}}"""
POST = ["POST /pay HTTP/1.1", "Host: shop.test", "Content-Length: 2", "", "hi"]


def test_a_post_is_not_sent_twice(gate, origin):
    """A target that closes after reading a POST may already have acted on it (RFC 9110 9.2.2)."""
    gate.routes(FORWARD)
    origin.expects("POST /pay").then_closes()
    client = gate.connect().sends(*POST)
    client.expects(502, reason="target_closed")
    assert origin.saw == ["POST /pay"]
    assert gate.records()[0]["retries"] == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_an_idempotent_request_is_tried_once_more(gate, origin, method):
    gate.routes(FORWARD)
    origin.expects(f"{method} /x").then_closes()
    origin.expects(f"{method} /x").answers("second")
    client = gate.connect().sends(f"{method} /x HTTP/1.1", "Host: a")
    client.expects(200, bodiless=method == "HEAD")
    assert origin.saw == [f"{method} /x"] * 2
    assert gate.records()[0]["retries"] == 1


@pytest.mark.parametrize("ending, reason", [("then_closes", "target_closed"), ("then_resets", "target_reset")])
def test_and_not_a_third_time(gate, origin, ending, reason):
    gate.routes(FORWARD)
    for _ in range(2):
        getattr(origin.expects("GET /x"), ending)()
    gate.connect().gets("/x").expects(502, reason=reason)
    assert origin.saw == ["GET /x"] * 2


@pytest.mark.parametrize("method", ["PATCH", "PURGE"])
def test_an_unknown_method_is_not_idempotent(gate, origin, method):
    gate.routes(FORWARD)
    origin.expects(f"{method} /x").then_closes()
    gate.connect().sends(f"{method} /x HTTP/1.1", "Host: a").expects(502, reason="target_closed")
    assert len(origin.saw) == 1


def test_nothing_is_tried_again_after_a_byte_of_the_answer(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /x").sends_bytes(b"HTTP/1.1 200 OK\r\nX-Par").then_closes()
    assert gate.connect().gets("/x").expects_any().status == 502
    assert origin.saw == ["GET /x"]


def test_a_refusing_target_is_passed_over(gate, origin, dead):
    gate.routes(TWO)
    origin.answers("alive")
    for number in range(4):
        gate.connect().sends(*POST).expects(200, body="alive")
    assert origin.saw == ["POST /pay"] * 4
    assert all(request.body == b"hi" for request in origin.requests)
    assert {r["target"] for r in gate.records(4)} == {origin.address}


def test_a_group_of_refusing_targets_is_a_502(gate, dead):
    gate.routes("""
        target_groups: {shop: {targets: ["{dead}"]}}
        default: {action: {forward: shop}}""")
    gate.connect().gets("/").expects(502, reason="target_unreachable")
    record = gate.records()[0]
    assert (record["target"], record["reason"]) == (dead, "target_unreachable")


def test_an_empty_group_is_a_503(gate):
    gate.routes("""
        target_groups: {shop: {targets: []}}
        default: {action: {forward: shop}}""")
    gate.connect().gets("/").expects(503, reason="no_target")


def test_a_kept_connection_that_was_closed_costs_nothing(gate, origin):
    """Also for a POST: no byte of it was taken."""
    gate.routes(FORWARD)
    origin.expects("GET /1").answers("one").then_closes()
    origin.expects("POST /pay").answers("paid")
    client = gate.connect()
    client.gets("/1").expects(200, body="one")
    client.sends(*POST).expects(200, body="paid")
    assert origin.saw == ["GET /1", "POST /pay"]
    assert origin.connections == 2


def test_a_kept_connection_that_closes_while_a_post_is_read_is_not_tried_again(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /1").answers("one")
    origin.expects("POST /pay").then_closes()
    client = gate.connect()
    client.gets("/1").expects(200, body="one")
    assert client.sends(*POST).expects(502).reason in ("target_closed", "target_closed_idle")
    assert origin.saw == ["GET /1", "POST /pay"]


def test_a_request_whose_body_was_already_streamed_is_not_tried_again(gate, origin):
    """What is gone cannot be sent again: a PUT larger than what is held."""
    gate.routes(FORWARD)
    size = 4 << 20
    origin.expects("PUT /x").then_closes()
    client = gate.connect().sends("PUT /x HTTP/1.1", "Host: a", f"Content-Length: {size}")
    client.sends_bytes(b"x" * size)
    client.expects(502, reason="target_closed")
    assert origin.saw == ["PUT /x"]

"""After a 101 to an upgrade that we forwarded ourselves, a connection is a tunnel (RFC 9110 7.8)."""

import threading

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
UPGRADE = ["GET /socket HTTP/1.1", "Host: shop.test", "Connection: Upgrade", "Upgrade: websocket",
           "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
SWITCH = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]


def test_bytes_flow_both_ways_after_a_101(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").sends(*SWITCH).echoes()
    client = gate.connect().sends(*UPGRADE)
    answer = client.expects(101)
    assert answer.header("Upgrade").lower() == "websocket"
    assert answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    for size in (1, 125, 70000):
        client.sends_bytes(b"x" * size)
        assert client.reads(size) == b"x" * size
    request = origin.request()
    assert request.header("Upgrade").lower() == "websocket"
    assert "upgrade" in request.header("Connection").lower()
    client.closes()
    record = gate.records()[0]
    assert (record["status"], record["reason"]) == (101, "tunnel_closed")
    assert record["type"] == "ws"


def test_bytes_after_the_upgrade_request_wait_for_the_101(gate, origin):
    """CVE-2026-2833: what follows is the tunnel's, or nobody's."""
    gate.routes(FORWARD)
    go = threading.Event()
    origin.expects("GET /socket").waits_for(go).sends(*SWITCH).echoes()
    client = gate.connect().sends_bytes("\r\n".join([*UPGRADE, "", ""]).encode() + b"early")
    origin.request()
    client.expects_open()
    assert b"early" not in origin.wires[0].received
    go.set()
    client.expects(101)
    assert client.reads(5) == b"early"


def test_bytes_after_a_refused_upgrade_never_reach_the_target(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").answers("no", 403).never_answers()
    client = gate.connect().sends_bytes("\r\n".join([*UPGRADE, "", ""]).encode()
                                        + b"\x81\x85mask.GET /smuggled")
    client.expects(403, body="no")
    assert origin.saw == ["GET /socket"]
    assert b"smuggled" not in origin.wires[0].received


def test_an_ordinary_answer_to_an_upgrade_goes_on_as_http(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").answers("plain", 200)
    origin.expects("GET /next").answers("next")
    client = gate.connect().sends(*UPGRADE)
    client.expects(200, body="plain")
    client.gets("/next").expects(200, body="next")


def test_bytes_right_behind_the_101_reach_the_client(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").sends_bytes("\r\n".join([*SWITCH, "", ""]).encode() + b"hello").echoes()
    client = gate.connect().sends(*UPGRADE)
    client.expects(101)
    assert client.reads(5) == b"hello"


def test_h2c_is_not_forwarded(gate, origin):
    gate.routes(FORWARD)
    origin.answers("plain")
    client = gate.connect().gets("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                 "HTTP2-Settings: AAMAAABkAAQAAP__")
    client.expects(200, body="plain")
    request = origin.request()
    assert request.header("Upgrade") is None
    assert request.header("HTTP2-Settings") is None


def test_a_101_to_another_protocol_is_refused(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").sends("HTTP/1.1 101 Switching Protocols", "Upgrade: h2c",
                                        "Connection: Upgrade").never_answers()
    gate.connect().sends(*UPGRADE).expects(502, reason="target_bad_upgrade")
    origin.waits_for_end(0)


@pytest.mark.parametrize("lines", [
    ["POST /socket HTTP/1.1", *UPGRADE[1:], "Content-Length: 2", "", "hi"],
    [*UPGRADE, "Transfer-Encoding: chunked", "", "0\r\n\r\n"],
])
def test_an_upgrade_with_a_body_is_refused(gate, origin, lines):
    gate.routes(FORWARD)
    gate.connect().sends(*lines).expects(400, reason="bad_upgrade")
    assert origin.connections == 0


def test_a_silent_tunnel_is_closed(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        timeouts: {body_idle: 300ms}
        default: {action: {forward: shop}}""")
    origin.expects("GET /socket").sends(*SWITCH).echoes()
    client = gate.connect().sends(*UPGRADE)
    client.expects(101)
    client.expects_closed()
    origin.waits_for_end(0)
    assert gate.records()[0]["reason"] == "tunnel_idle"


@pytest.mark.parametrize("ending", ["then_closes", "then_resets"])
def test_a_target_that_ends_the_tunnel_ends_the_clients_side(gate, origin, ending):
    gate.routes(FORWARD)
    getattr(origin.expects("GET /socket").sends(*SWITCH).reads(3), ending)()
    client = gate.connect().sends(*UPGRADE)
    client.expects(101)
    client.sends_bytes(b"bye").expects_closed()
    assert gate.records()[0]["reason"] == "tunnel_closed"


def test_a_half_closed_tunnel_still_brings_the_rest(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /socket").sends(*SWITCH).reads(4).sends_bytes(b"the rest").then_closes()
    client = gate.connect().sends(*UPGRADE)
    client.expects(101)
    client.sends_bytes(b"done")
    assert client.wire.rest() == b"the rest"

"""Next.js in development behind the gateway: hot reloading over a WebSocket, server-sent events."""

import pytest

import websocket
from websocket import WebSocket

ROUTES = """
    target_groups: {{shop: {{targets: ["{}"]}}}}
    timeouts: {{response: 500ms}}
    default: {{action: {{forward: shop}}}}"""
HMR = "/_next/webpack-hmr"


@pytest.fixture
def dev(gate, node):
    server = node("hmr.js")
    gate.routes(ROUTES.format(server.address))
    return server


def test_frames_of_all_sizes_come_back(gate, dev):
    socket = WebSocket(gate.connect(), HMR)
    for payload in (b"", b"x", b"y" * 125, b"z" * 126, b"a" * 65535, b"b" * 65536, b"c" * 1_000_000):
        socket.sends(websocket.BINARY, payload).expects(websocket.BINARY, payload)
    socket.sends(websocket.PING, b"are you there").expects(websocket.PONG, b"are you there")
    socket.sends(websocket.CLOSE, b"\x03\xe8").expects(websocket.CLOSE, b"\x03\xe8")
    socket.client.expects_closed()
    record = gate.record(path=HMR)
    assert (record["type"], record["status"], record["reason"]) == ("ws", 101, "tunnel_closed")


def test_a_frame_right_behind_the_upgrade_is_not_lost(gate, dev):
    early = WebSocket.frame(websocket.TEXT, b"early")
    WebSocket(gate.connect(), HMR, early).expects(websocket.TEXT, b"early")


def test_the_server_speaks_first_and_a_reload_does_not_cut_it(gate, dev):
    sockets = [WebSocket(gate.connect(), HMR) for _ in range(20)]
    for number in range(3):
        gate.writes(ROUTES.format(dev.address) + f"\n    # {number}")
        assert gate.admin("/reload", "POST")["result"] == "live"
        assert gate.answer("/change").text == "20 0"
        for socket in sockets:
            socket.expects(websocket.TEXT, b'{"action":"building"}')


def test_events_come_one_by_one(gate, dev):
    """Each is there before the next one happens, and silence is no failure."""
    client = gate.connect().gets("/events")
    assert client.expects_head(200).header("Content-Type") == "text/event-stream"
    assert client.chunk() == b"data: hello\n\n"
    for _ in range(3):
        assert gate.answer("/change").text == "0 1"
        assert client.chunk() == b"data: changed\n\n"
    client.closes()
    assert gate.record(path="/events")["reason"] == "client_closed"


def test_a_socket_that_does_not_exist_is_an_ordinary_404(gate, dev):
    client = gate.connect().sends("GET /other HTTP/1.1", "Host: a", "Connection: Upgrade",
                                  "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    client.expects(404)

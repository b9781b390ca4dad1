"""Clients that are slow in every way cost the others nothing, and end in time."""

import resource

import pytest

import others
from process import resident

MANY = 1000
READERS = 100
MIB = 1 << 20


@pytest.fixture(autouse=True)
def _descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def goes_away(gate):
    for gauge in ("connections_open", "exchanges_open", "buffers_lent_bytes"):
        gate.waits_for_metric(f"gatehouse_{gauge}", 0)


def test_slow_heads(gate):
    gate.routes(f"""
        timeouts: {{request_header: 2s}}
        routes: [{others.FINE}]
        default: {{action: {{respond: {{status: 204}}}}}}""")
    slow = [gate.connect() for _ in range(MANY)]
    for piece in (b"G", b"ET / HTTP/1.1\r\n", b"Host: a\r\n"):  # a byte now and then does not help
        for client in slow:
            client.sends_bytes(piece)
        others.are_served(gate)
    assert gate.metric("gatehouse_connections_open") >= MANY
    for client in slow[::50]:
        client.expects(408, reason="request_header_timeout")
    for client in slow:
        client.closes()
    goes_away(gate)
    assert gate.metric("gatehouse_exchanges_total", reason="request_header_timeout") == MANY


def test_slow_posts(gate, node):
    server = node("echo.js")
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{server.address}"]}}}}
        timeouts: {{body_idle: 2s}}
        routes: [{others.FINE}]
        default: {{action: {{forward: shop}}}}""")
    slow = [gate.connect() for _ in range(MANY)]
    for client in slow:
        client.sends("POST / HTTP/1.1", "Host: a", "Content-Length: 1000", "", "x")
    others.are_served(gate)
    gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 2", "", "hi").expects(200)
    for client in slow[::50]:
        client.expects(408, reason="request_body_timeout")
    for client in slow:
        client.closes()
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    assert gate.metric("gatehouse_exchanges_total", reason="request_body_timeout") == MANY


def test_slow_readers(gate, nginx):
    """Each costs the gateway less than 64 KiB; what the system buffers is bounded by its own settings,
    up to 8 MiB for each, which is why they are fewer."""
    (nginx.site / "big").write_bytes(b"x" * (8 * MIB))
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{nginx.address}"]}}}}
        timeouts: {{send_stall: 3s}}
        routes: [{others.FINE}]
        default: {{action: {{forward: shop}}}}""")
    before = resident(gate.serving_pid())
    slow = [gate.connect(receive_buffer=4096).gets("/big") for _ in range(READERS)]
    others.are_served(gate)
    gate.waits_for_metric("gatehouse_exchanges_open", READERS)
    assert gate.answer("/big").status == 200
    assert resident(gate.serving_pid()) - before < READERS * 65536 or gate.slow
    others.are_served(gate)
    gate.waits_for_metric("gatehouse_exchanges_total", READERS, reason="client_stalled")
    for client in slow:
        client.closes()
    goes_away(gate)

"""A side is read only as far as the other takes it: bodies of any size, fixed memory."""

import pathlib
import threading
import time

from patience import seconds, until

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    limits: {body: 0}
    timeouts: {send_stall: 60s, body_idle: 60s}
    default: {action: {forward: shop}}"""
MIB = 1 << 20
BIG = 256 * MIB
KERNEL = 48 * MIB  # what socket buffers of three hops on loopback can hold at most


def peak_rss(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024


def settles(value):
    """Waits until `value()` no longer grows, and returns it."""
    seen = [value(), time.monotonic()]

    def still():
        if value() != seen[0]:
            seen[:] = [value(), time.monotonic()]
        return time.monotonic() - seen[1] > 0.4
    until(still, "it never stopped")
    return seen[0]


def test_a_slow_client_stops_the_origin(gate, origin):
    gate.routes(FORWARD)
    script = origin.expects("GET /big").sends(
        "HTTP/1.1 200 OK", f"Content-Length: {BIG}").streams(BIG)
    client = gate.connect(receive_buffer=65536).gets("/big")
    client.expects_head(200)
    before = peak_rss(gate.serving_pid())
    assert settles(lambda: script.written) < KERNEL
    assert client.drains(BIG) == BIG
    assert peak_rss(gate.serving_pid()) - before < 16 * MIB or gate.slow


def test_a_slow_origin_stops_the_client(gate, origin):
    gate.routes(FORWARD)
    go = threading.Event()
    script = origin.expects("POST /big").before_the_body().waits_for(go, 30).drains(BIG).answers("got it")
    client = gate.connect().sends("POST /big HTTP/1.1", "Host: a", f"Content-Length: {BIG}")
    origin.request()
    before = peak_rss(gate.serving_pid())
    sent = [0]

    def upload():
        data = b"x" * 65536
        client.wire.sock.settimeout(seconds(30))
        while sent[0] < BIG:
            sent[0] += client.wire.sock.send(data[:BIG - sent[0]])
    thread = threading.Thread(target=upload, daemon=True)
    thread.start()
    assert settles(lambda: sent[0]) < KERNEL
    go.set()
    client.expects(200, body="got it")
    thread.join(seconds())
    assert script.read == BIG
    assert peak_rss(gate.serving_pid()) - before < 16 * MIB or gate.slow


def test_a_big_body_comes_through_both_ways_unchanged(gate, origin):
    """Chunked, so that every byte is looked at."""
    gate.routes(FORWARD)
    body = bytes(range(256)) * (8 * MIB // 256)
    origin.expects("POST /echo").answers(body)
    client = gate.connect().sends("POST /echo HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    for at in range(0, len(body), 100_000):
        client.sends_chunks(body[at:at + 100_000], last=False)
    client.sends_chunks().expects(200, body=body)
    assert origin.request().body == body


def test_a_client_that_goes_away_ends_the_origins_work(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /big").sends("HTTP/1.1 200 OK", f"Content-Length: {BIG}").streams(BIG)
    client = gate.connect(receive_buffer=65536).gets("/big")
    client.expects_head(200)
    client.resets()
    assert gate.records()[0]["reason"] in ("client_reset", "client_closed")
    assert not origin.unmet()


def test_a_client_that_goes_away_before_the_answer_frees_the_target(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /slow").never_answers()
    client = gate.connect().gets("/slow")
    origin.request()
    client.resets()
    origin.waits_for_end(0)
    record = gate.records()[0]
    assert record["reason"] in ("client_reset", "client_closed")
    assert "status" not in record

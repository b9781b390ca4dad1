"""1 GiB up and down: every byte arrives, and the gateway stays as small as it was."""

import pytest

from process import forget_peak, peak_resident, resident

MIB = 1 << 20
GIB = 1 << 30
ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}}
    limits: {body: 0}
    default: {action: {forward: shop}}"""

pytestmark = pytest.mark.plain


class Memory:
    """What a transfer costs the serving process at its peak."""

    def __init__(self, gate, origin):
        gate.routes(ROUTES)
        origin.answers("warm")
        gate.answer()
        self.pid = gate.serving_pid()
        self.before = resident(self.pid)
        forget_peak(self.pid)

    def stayed(self):
        more = peak_resident(self.pid) - self.before
        assert more < 16 * MIB, f"{more / MIB:.1f} MiB more"


@pytest.mark.parametrize("chunked", [False, True])
def test_up(gate, origin, chunked):
    memory = Memory(gate, origin)
    script = origin.expects("POST /up").before_the_body()
    (script.drains_chunks() if chunked else script.drains(GIB)).answers("got it")
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {GIB}"
    client = gate.connect().sends("POST /up HTTP/1.1", "Host: a", framing)
    piece = bytes(range(256)) * (MIB // 256)
    if chunked:
        piece = b"%x\r\n%s\r\n" % (MIB, piece)
    client.wire.sock.settimeout(20)
    for _ in range(GIB // MIB):
        client.wire.sock.sendall(piece)
    if chunked:
        client.sends_bytes(b"0\r\n\r\n")
    client.expects(200, body="got it")
    assert script.read == GIB
    memory.stayed()


@pytest.mark.parametrize("chunked", [False, True])
def test_down(gate, origin, chunked):
    memory = Memory(gate, origin)
    script = origin.expects("GET /down")
    if chunked:
        script.sends("HTTP/1.1 200 OK", "Transfer-Encoding: chunked").streams_chunks(GIB, MIB)
    else:
        script.sends("HTTP/1.1 200 OK", f"Content-Length: {GIB}").streams(GIB, MIB)
    client = gate.connect().gets("/down")
    client.expects_head(200)
    assert (client.drains_chunks() if chunked else client.drains(GIB)) == GIB
    client.gets("/again").expects(200, body="warm")
    memory.stayed()

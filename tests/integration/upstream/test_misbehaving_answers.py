"""Upstreams are not trusted: what cannot be read in one way is a 502, and that connection is over
(RFC 9112 6, 7)."""

import threading

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
OK = b"HTTP/1.1 200 OK\r\n"
HEAD, LENGTH, CHUNK = "target_bad_head", "target_bad_length", "target_bad_chunk"

# (what is wrong, the answer's bytes, the reason)
BAD = [
    ("garbage", b"HELLO\r\n\r\n", HEAD),
    ("garbage without an end", b"HELLO", HEAD),
    ("ICY 200", b"ICY 200 OK\r\n\r\n", HEAD),
    ("HTTP/2.0", b"HTTP/2.0 200 OK\r\n\r\n", HEAD),
    ("lower case", b"http/1.1 200 OK\r\n\r\n", HEAD),
    ("status 20", b"HTTP/1.1 20 OK\r\n\r\n", HEAD),
    ("status 1000", b"HTTP/1.1 1000 OK\r\n\r\n", HEAD),
    ("status 099", b"HTTP/1.1 099 OK\r\n\r\n", HEAD),
    ("status -200", b"HTTP/1.1 -200 OK\r\n\r\n", HEAD),
    ("status 600", b"HTTP/1.1 600 OK\r\n\r\n", HEAD),
    ("status abc", b"HTTP/1.1 abc OK\r\n\r\n", HEAD),
    ("a leading empty line", b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", HEAD),
    ("NUL in a value", OK + b"X: a\0b\r\nContent-Length: 0\r\n\r\n", HEAD),
    ("bare CR in a value", OK + b"X: a\rb\r\nContent-Length: 0\r\n\r\n", HEAD),
    ("bare LF", b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", HEAD),
    ("folded field", OK + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n", HEAD),
    ("space before colon", OK + b"Content-Length : 0\r\n\r\n", HEAD),
    ("no colon", OK + b"Content-Length\r\n\r\n", HEAD),
    ("CL abc", OK + b"Content-Length: abc\r\n\r\n", LENGTH),
    ("CL negative", OK + b"Content-Length: -1\r\n\r\n", LENGTH),
    ("CL twice", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", LENGTH),
    ("CL list", OK + b"Content-Length: 2, 2\r\n\r\nhi", LENGTH),
    ("CL overflow", OK + b"Content-Length: 99999999999999999999\r\n\r\n", LENGTH),
    ("CL and TE", OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", LENGTH),
    ("TE gzip", OK + b"Transfer-Encoding: gzip\r\n\r\n", LENGTH),
    ("TE twice", OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", LENGTH),
    ("TE in HTTP/1.0", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", LENGTH),
    ("TE on 204", b"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", LENGTH),
    ("an unasked 101", b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n"
                       b"Connection: upgrade\r\n\r\n", "target_bad_upgrade"),
]


@pytest.mark.parametrize("data, reason", [pytest.param(*r[1:], id=r[0].replace(" ", "-")) for r in BAD])
def test_a_bad_answer_is_a_502(gate, origin, data, reason):
    gate.routes(FORWARD)
    origin.expects("GET /").sends_bytes(data).never_answers()
    origin.expects("GET /next").answers("fine")
    client = gate.connect()
    client.gets("/").expects(502, reason=reason)
    client.gets("/next").expects(200, body="fine")
    assert origin.connections == 2, "the bad connection was used again"
    origin.waits_for_end(0)
    record = gate.records()[0]
    assert (record["status"], record["reason"]) == (502, reason)


BAD_CHUNKS = [b"zz\r\n", b"0x2\r\nhi\r\n", b"2\r\nhiX\r\n", b"2\nhi\r\n", b"-1\r\n", b"\r\n",
              b"fffffffffffffffff\r\n", b"2;a\0\r\nhi\r\n"]


@pytest.mark.parametrize("chunk", BAD_CHUNKS)
def test_a_bad_chunk_never_ends_cleanly(gate, origin, chunk):
    """The client can tell: no last chunk, and the connection ends."""
    gate.routes(FORWARD)
    more = threading.Event()
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Transfer-Encoding: chunked").sends_chunk(
        b"good").waits_for(more).sends_bytes(chunk).never_answers()
    client = gate.connect().gets("/")
    client.expects_head(200)
    assert client.chunk() == b"good"
    more.set()
    client.expects_truncated()
    origin.waits_for_end(0)
    assert gate.records()[0]["reason"] == CHUNK

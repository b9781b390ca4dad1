"""Answers compressed on their way: the same bytes for whoever decodes them, live, and never of secrets."""

import subprocess
import threading
import zlib

import pytest

from patience import seconds

TEXT = "".join(f"line {i} of a text that repeats itself\n" for i in range(5000))
GZIP = "Accept-Encoding: gzip"


def routes(more=""):
    return f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
    routes: [{{name: page, priority: 1, when: {{path: "/*"}}, action: {{forward: shop}},
              plugins: [{{use: compression, with: {{min_size: 100B{more}}}}}]}}]"""


def plain(answer):
    return zlib.decompress(answer.body, 16 + zlib.MAX_WBITS).decode()


@pytest.mark.parametrize("accepts", ["gzip", "br"])
def test_curl_reads_what_was_compressed(gate, origin, accepts):
    gate.routes(routes())
    origin.answers(TEXT, 200, "Content-Type: text/plain", 'ETag: "a"')
    got = subprocess.run(["curl", "-sS", "--compressed", "-H", f"Accept-Encoding: {accepts}", "-D", "/dev/stderr",
                          f"http://127.0.0.1:{gate.port}/"], capture_output=True, check=True, timeout=seconds(10))
    assert got.stdout.decode() == TEXT
    head = got.stderr.decode().lower()
    assert f"content-encoding: {accepts}" in head and 'etag: w/"a"' in head and "vary: accept-encoding" in head
    assert gate.metric("gatehouse_compression_bytes_out_total") < len(TEXT) / 5


def test_a_stream_of_events_stays_live(gate, origin):
    """Each event can be read before the next is written."""
    gate.routes(routes())
    seen = threading.Event()
    script = origin.expects("GET /").sends("HTTP/1.1 200 OK", "Content-Type: text/event-stream",
                                           "Transfer-Encoding: chunked", "", "8", "data: 1\n", "")
    script.waits_for(seen).sends_bytes(b"8\r\ndata: 2\n\r\n0\r\n\r\n")
    client = gate.connect().gets("/", GZIP)
    assert client.expects_head(200).header("Content-Encoding") == "gzip"
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    got = b""
    while got != b"data: 1\n":
        got += reader.decompress(client.chunk())
    seen.set()
    while chunk := client.chunk():
        got += reader.decompress(chunk)
    assert got == b"data: 1\ndata: 2\n" and reader.eof


def test_bodies_that_are_compressed_already_or_short_or_bare_stay(gate, origin):
    gate.routes(routes())
    client = gate.connect()
    for fields, body, status in ((["Content-Type: text/plain", "Content-Encoding: br"], TEXT, 200),
                                 (["Content-Type: image/png"], TEXT, 200), (["Content-Type: text/plain"], "short", 200),
                                 (["Content-Type: text/plain", "Content-Range: bytes 0-9/90"], TEXT, 206),
                                 (["Content-Type: text/plain", "Cache-Control: no-transform"], TEXT, 200)):
        origin.answers(body, status, *fields)
        answer = client.gets("/", GZIP).expects(status, body=body)
        assert answer.header("Vary") is None, fields
    origin.answers(TEXT, 200, "Content-Type: text/plain", 'ETag: "a"')
    head = client.sends("HEAD / HTTP/1.1", "Host: a", GZIP).expects(200, bodiless=True)
    assert (head.header("Content-Encoding"), head.header("Vary")) == (None, "Accept-Encoding")


def test_a_page_of_others_learns_no_length(gate, origin):
    """BREACH: a body with a user's secret and a text that an attacker's page chose is not compressed for that page."""
    gate.routes(routes())
    origin.answers(TEXT, 200, "Content-Type: text/html")
    client = gate.connect()
    for site, coding in (("cross-site", None), ("same-site", None), ("same-origin", "gzip")):
        answer = client.gets("/", GZIP, "Cookie: s=1", f"Sec-Fetch-Site: {site}").expects(200)
        assert answer.header("Content-Encoding") == coding
        assert answer.header("Vary") == "Accept-Encoding"


def test_an_answer_of_the_gateway_and_a_long_one_are_compressed_too(gate, origin):
    gate.routes(routes().replace("action: {forward: shop}", 'action: {respond: {status: 200, body: "' + "x" * 200 + '"}}')
                .replace('["{origin}"]', '["127.0.0.1:9"]'))
    answer = gate.answer("/", GZIP)
    assert (plain(answer), answer.framing) == ("x" * 200, "chunked")


def test_a_long_body_is_compressed_in_bounded_memory(gate, origin):
    gate.routes(routes())
    body = TEXT * 60  # 12 MB
    origin.answers(body, 200, "Content-Type: text/plain")
    assert plain(gate.connect().gets("/", GZIP).expects(200)) == body

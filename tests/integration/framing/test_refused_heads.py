"""Heads that RFC 9112 calls invalid, or that could be read in two ways."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
A = "Host: shop.test"
POST = ["POST /pay HTTP/1.1", A]

# (what is wrong, lines, status, reasons that say so, source)
REQUEST_LINES = [
    ("no version", ["GET /", A], 400, "bad_request_line", "RFC 9112 3"),
    ("one word", ["GET", A], 400, "bad_request_line", "RFC 9112 3"),
    ("two spaces", ["GET  / HTTP/1.1", A], 400, "bad_target bad_request_line", "RFC 9112 3"),
    ("space in the target", ["GET /a b HTTP/1.1", A], 400, "bad_target", "RFC 9112 3.2"),
    ("tab for a space", ["GET\t/\tHTTP/1.1", A], 400, "bad_request_line bad_method", "RFC 9112 3"),
    ("leading space", [" GET / HTTP/1.1", A], 400, "bad_request_line bad_method", "RFC 9112 3"),
    ("fragment", ["GET /a#b HTTP/1.1", A], 400, "bad_target", "RFC 9112 3.2"),
    ("raw UTF-8", [b"GET /caf\xc3\xa9 HTTP/1.1", A], 400, "bad_target", "RFC 3986 2"),
    ("no slash", ["GET shop HTTP/1.1", A], 400, "bad_target", "RFC 9112 3.2"),
    ("asterisk with GET", ["GET * HTTP/1.1", A], 400, "bad_target", "RFC 9112 3.2.4"),
    ("half an escape", ["GET /a%2 HTTP/1.1", A], 400, "bad_target", "RFC 3986 2.1"),
    ("escape that is none", ["GET /a%zz HTTP/1.1", A], 400, "bad_target", "RFC 3986 2.1"),
    ("method no token", ["G@T / HTTP/1.1", A], 400, "bad_method", "RFC 9110 9.1"),
    ("CONNECT", ["CONNECT shop.test:80 HTTP/1.1", A], 405, "method_not_allowed", "house"),
    ("TRACE", ["TRACE / HTTP/1.1", A], 405, "method_not_allowed", "house"),
    ("lower-case version", ["GET / http/1.1", A], 400, "bad_version", "RFC 9112 2.3"),
    ("HTTP/1.10", ["GET / HTTP/1.10", A], 400, "bad_version", "RFC 9112 2.3"),
    ("HTTP/01.1", ["GET / HTTP/01.1", A], 400, "bad_version", "RFC 9112 2.3"),
    ("HTTP/2.0 in text", ["GET / HTTP/2.0", A], 505, "version_not_supported", "RFC 9110 15.6.6"),
    ("HTTP/0.9", ["GET / HTTP/0.9", A], 505, "version_not_supported", "RFC 9110 15.6.6"),
]
FIELDS = [
    ("space before the colon", ["X-A : b"], "RFC 9112 5.1"),
    ("no colon", ["X-A b"], "RFC 9112 5"),
    ("empty name", [": b"], "RFC 9112 5"),
    ("folded value", ["X-A: b", " c"], "RFC 9112 5.2"),
    ("folded with a tab", ["X-A: b", "\tc"], "RFC 9112 5.2"),
    ("NUL in a value", ["X-A: b\0c"], "RFC 9110 5.5"),
    ("bare CR in a value", ["X-A: b\rc"], "RFC 9112 2.2"),
    ("bare LF ends a line", ["X-A: b\nX-B: c"], "house: stricter than RFC 9112 2.2"),
    ("control byte in a value", ["X-A: b\x01c"], "RFC 9110 5.5"),
    ("DEL in a value", ["X-A: b\x7fc"], "RFC 9110 5.5"),
    ("name with a bracket", ["X(A): b"], "RFC 9110 5.1"),
    ("name with a high byte", [b"X\xe9: b"], "RFC 9110 5.1"),
]


def refused(gate, origin, lines, status, reasons):
    gate.routes(FORWARD)
    client = gate.connect().sends(*lines)
    answer = client.expects(status)
    assert answer.reason in reasons.split()
    assert answer.header("Connection") == "close"
    client.expects_closed()
    assert origin.connections == 0
    assert gate.records()[0]["reason"] == answer.reason


def cases(table):
    return [pytest.param(*row[1:-1], id=row[0].replace(" ", "-")) for row in table]


@pytest.mark.parametrize("lines, status, reasons", cases(REQUEST_LINES))
def test_a_malformed_request_line_is_refused(gate, origin, lines, status, reasons):
    refused(gate, origin, lines, status, reasons)


@pytest.mark.parametrize("lines", [pytest.param(r[1], id=r[0].replace(" ", "-")) for r in FIELDS])
def test_a_malformed_field_is_refused(gate, origin, lines):
    refused(gate, origin, ["GET / HTTP/1.1", A, *lines], 400, "bad_header")


def test_white_space_before_the_first_field_is_refused(gate, origin):
    refused(gate, origin, ["GET / HTTP/1.1", " X-A: b", A], 400, "bad_header")


def test_a_head_of_bare_line_feeds_is_refused(gate, origin):
    gate.routes(FORWARD)
    client = gate.connect().sends_bytes(b"GET / HTTP/1.1\nHost: shop.test\n\n")
    assert client.expects(400).reason in ("bad_request_line", "bad_header")
    client.expects_closed()
    assert origin.connections == 0


def test_a_tls_greeting_on_a_plain_port_is_refused(gate, origin):
    gate.routes(FORWARD)
    client = gate.connect().sends_bytes(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64
                                        + b"\r\n\r\n")
    client.expects(400)
    client.expects_closed()
    assert origin.connections == 0

"""Requests whose body's end could be read in two ways (RFC 9112 6, 7)."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
HEAD = ["POST /pay HTTP/1.1", "Host: shop.test"]
CL, TE = "bad_content_length", "bad_transfer_encoding"

# (what is wrong, fields, status, reasons that say so)
FRAMES = [
    ("CL and TE", ["Content-Length: 4", "Transfer-Encoding: chunked"], 400, TE),
    ("TE and CL", ["Transfer-Encoding: chunked", "Content-Length: 4"], 400, TE),
    ("TE xchunked", ["Transfer-Encoding: xchunked"], 400, TE),
    ("TE quoted", ['Transfer-Encoding: "chunked"'], 400, TE),
    ("TE with a leading comma", ["Transfer-Encoding: ,chunked"], 400, TE),
    ("TE with a trailing comma", ["Transfer-Encoding: chunked,"], 400, TE),
    ("TE chunked twice in a field", ["Transfer-Encoding: chunked, chunked"], 400, TE),
    ("TE in two fields", ["Transfer-Encoding: chunked"] * 2, 400, TE),
    ("TE with a parameter", ["Transfer-Encoding: chunked;q=1"], 400, TE),
    ("TE identity after chunked", ["Transfer-Encoding: chunked, identity"], 400, TE),
    ("TE with a vertical tab", ["Transfer-Encoding: \x0bchunked"], 400, TE + " bad_header"),
    ("TE empty", ["Transfer-Encoding:"], 400, TE),
    ("TE folded", ["Transfer-Encoding:", " chunked"], 400, "bad_header"),
    ("TE space before colon", ["Transfer-Encoding : chunked"], 400, "bad_header"),
    ("TE gzip", ["Transfer-Encoding: gzip"], 501, "transfer_encoding_unknown"),
    ("TE gzip, chunked", ["Transfer-Encoding: gzip, chunked"], 501, "transfer_encoding_unknown"),
    ("CL twice, the same", ["Content-Length: 2"] * 2, 400, CL),
    ("CL twice, different", ["Content-Length: 2", "Content-Length: 3"], 400, CL),
    ("CL list", ["Content-Length: 2, 2"], 400, CL),
    ("CL plus", ["Content-Length: +2"], 400, CL),
    ("CL minus", ["Content-Length: -2"], 400, CL),
    ("CL hex", ["Content-Length: 0x2"], 400, CL),
    ("CL empty", ["Content-Length:"], 400, CL),
    ("CL with a space inside", ["Content-Length: 1 2"], 400, CL),
    ("CL fraction", ["Content-Length: 2.0"], 400, CL),
    ("CL past 63 bits", ["Content-Length: 9223372036854775808"], 400, CL),
    ("CL past 64 bits", ["Content-Length: 18446744073709551618"], 400, CL),
    ("CL of many digits", ["Content-Length: " + "9" * 200], 400, CL),
]
CHUNKS = [
    ("hex prefix", b"0x2\r\nhi\r\n0\r\n\r\n"),
    ("plus", b"+2\r\nhi\r\n0\r\n\r\n"),
    ("minus", b"-2\r\nhi\r\n0\r\n\r\n"),
    ("leading space", b" 2\r\nhi\r\n0\r\n\r\n"),
    ("space before the extension", b"2 ;x\r\nhi\r\n0\r\n\r\n"),
    ("trailing space", b"2 \r\nhi\r\n0\r\n\r\n"),
    ("underscore", b"1_0\r\nhi\r\n0\r\n\r\n"),
    ("empty size", b"\r\nhi\r\n0\r\n\r\n"),
    ("only an extension", b";x\r\nhi\r\n0\r\n\r\n"),
    ("size past 64 bits", b"10000000000000002\r\nhi\r\n0\r\n\r\n"),
    ("many zeros", b"0" * 300 + b"2\r\nhi\r\n0\r\n\r\n"),
    ("bare LF after the size", b"2\nhi\r\n0\r\n\r\n"),
    ("bare CR in the extension", b"2;a\rb\r\nhi\r\n0\r\n\r\n"),
    ("bare LF in the extension", b"2;a\nhi\r\n0\r\n\r\n"),
    ("NUL in the extension", b"2;a\0b\r\nhi\r\n0\r\n\r\n"),
    ("endless extension", b"2;" + b"a" * 20000 + b"\r\nhi\r\n0\r\n\r\n"),
    ("data longer than said", b"2\r\nhiX\r\n0\r\n\r\n"),
    ("bare LF after the data", b"2\r\nhi\n0\r\n\r\n"),
    ("no CRLF after the data", b"2\r\nhi0\r\n\r\n"),
    ("trailer without colon", b"2\r\nhi\r\n0\r\nX\r\n\r\n"),
    ("trailer with space before colon", b"2\r\nhi\r\n0\r\nX : a\r\n\r\n"),
    ("bare LF ends the trailers", b"2\r\nhi\r\n0\r\nX: a\n\n"),
]


def cases(table):
    return [pytest.param(*row[1:], id=row[0].replace(" ", "-")) for row in table]


@pytest.mark.parametrize("fields, status, reasons", cases(FRAMES))
def test_an_ambiguous_length_is_refused(gate, origin, fields, status, reasons):
    gate.routes(FORWARD)
    client = gate.connect().sends(*HEAD, *fields, "", "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")
    answer = client.expects(status)
    assert answer.reason in reasons.split()
    client.expects_closed()
    assert origin.connections == 0


def test_chunked_in_http_1_0_is_refused(gate, origin):
    """RFC 9112 6.1: such a message was treated in unknown ways on its way."""
    gate.routes(FORWARD)
    client = gate.connect().sends("POST /pay HTTP/1.0", "Host: shop.test",
                                  "Transfer-Encoding: chunked", "", "0\r\n\r\n")
    client.expects(400, reason=TE)
    client.expects_closed()
    assert origin.connections == 0


@pytest.mark.parametrize("body", cases(CHUNKS))
def test_a_malformed_chunk_is_refused(gate, origin, body):
    """The head may be on its way already; the target never sees the request as whole."""
    gate.routes(FORWARD)
    origin.answers("never sent")
    client = gate.connect().sends(*HEAD, "Transfer-Encoding: chunked").sends_bytes(body)
    client.expects(400, reason="bad_chunk")
    client.expects_closed()
    assert not any(request.whole for request in origin.requests)
    assert gate.records()[0]["reason"] == "bad_chunk"

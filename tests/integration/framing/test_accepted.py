"""What is unusual and right: it must pass."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


def test_requests_are_answered_one_after_the_other_on_one_connection(gate, origin):
    gate.routes(FORWARD)
    client = gate.connect()
    for number in range(5):
        origin.expects(f"GET /{number}").answers(f"answer {number}")
        client.gets(f"/{number}").expects(200, body=f"answer {number}")
    assert gate.records(5)[4]["connection_request"] == 5


def test_pipelined_requests_are_answered_in_order(gate, origin):
    """RFC 9112 9.3.2."""
    gate.routes(FORWARD)
    count = 20
    for number in range(count):
        origin.expects(f"GET /{number}").answers(f"answer {number}")
    client = gate.connect().sends_bytes(
        b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(count)))
    for number in range(count):
        client.expects(200, body=f"answer {number}")
    assert origin.saw == [f"GET /{n}" for n in range(count)]


def test_a_pipelined_request_may_follow_a_body(gate, origin):
    gate.routes(FORWARD)
    origin.expects("POST /a").answers("one")
    origin.expects("GET /b").answers("two")
    client = gate.connect().sends_bytes(
        b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
    client.expects(200, body="one")
    client.expects(200, body="two")
    assert origin.requests[0].body == b"hello"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16])
def test_a_head_may_come_in_pieces(gate, origin, size):
    gate.routes(FORWARD)
    origin.answers("whole")
    data = b"POST /x HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    client = gate.connect()
    for at in range(0, len(data), size):
        client.sends_bytes(data[at:at + size])
    client.expects(200, body="whole")
    assert origin.request().body == b"hi"


def test_an_empty_line_before_a_request_is_skipped(gate, origin):
    """RFC 9112 2.2: old clients send a CRLF after a POST."""
    gate.routes(FORWARD)
    origin.answers("fine")
    gate.connect().sends_bytes(b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").expects(200)


def test_chunk_extensions_are_dropped(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.sends_bytes(b'2;a=b;c="d;\\"e"\r\nhi\r\n0;last\r\n\r\n').expects(200)
    assert origin.request().body == b"hi"
    assert b"a=b" not in origin.wires[0].received


def test_chunk_sizes_may_be_upper_case_and_have_zeros_in_front(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.sends_bytes(b"000A\r\n0123456789\r\n0\r\n\r\n").expects(200)
    assert origin.request().body == b"0123456789"


def test_http_1_0_gets_a_close_and_no_chunks(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends(
        "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2\r\nhi\r\n0\r\n\r\n")
    client = gate.connect().sends("GET / HTTP/1.0", "Host: shop.test")
    answer = client.expects(200, body="hi")
    assert answer.header("Transfer-Encoding") is None
    client.expects_closed()
    assert origin.request().version == "HTTP/1.1"


def test_http_1_0_may_ask_to_be_kept(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect()
    for _ in range(2):
        client.sends("GET / HTTP/1.0", "Host: a", "Connection: keep-alive")
        assert client.expects(200).header("Connection").lower() == "keep-alive"


def test_connection_close_is_honoured(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().gets("/", "Connection: close")
    assert client.expects(200).header("Connection") == "close"
    client.expects_closed()


def test_a_client_that_half_closes_still_gets_its_answer(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().gets("/").half_closes()
    client.expects(200, body="fine")
    client.expects_closed()


def test_options_asterisk_is_forwarded(gate, origin):
    gate.routes(FORWARD)
    origin.expects("OPTIONS *").answers("")
    gate.connect().sends("OPTIONS * HTTP/1.1", "Host: a").expects(200)


def test_an_unknown_method_and_an_empty_value_pass(gate, origin):
    gate.routes(FORWARD)
    origin.expects("PURGE /x").answers("gone")
    gate.connect().sends("PURGE /x HTTP/1.1", "Host: a", "X-Empty:").expects(200)
    assert origin.request().header("X-Empty") == ""

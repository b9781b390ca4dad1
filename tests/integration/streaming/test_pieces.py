"""Pieces are passed on as they come; nothing waits for the end."""

import threading

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


def test_server_sent_events_are_not_buffered(gate, origin):
    gate.routes(FORWARD)
    signs = [threading.Event() for _ in range(4)]
    script = origin.expects("GET /events").sends(
        "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked")
    for number, sign in enumerate(signs):
        script.sends_chunk(b"data: %d\n\n" % number).waits_for(sign)
    script.sends_bytes(b"0\r\n\r\n")
    client = gate.connect().gets("/events")
    client.expects_head(200)
    for number, sign in enumerate(signs):
        assert client.chunk() == b"data: %d\n\n" % number
        sign.set()
    assert client.chunk() == b""


def test_pieces_of_an_upload_are_not_buffered(gate, origin):
    gate.routes(FORWARD)
    first, second = threading.Event(), threading.Event()
    origin.expects("POST /up").before_the_body().reads(len(b"5\r\nhello\r\n")).signals(first).reads(
        len(b"5\r\nworld\r\n0\r\n\r\n")).signals(second).answers("both")
    client = gate.connect().sends("POST /up HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.sends_chunks(b"hello", last=False)
    assert first.wait(8), "the first piece was held back"
    client.sends_chunks(b"world")
    assert second.wait(8)
    client.expects(200, body="both")


def test_the_head_is_passed_on_before_the_body(gate, origin):
    gate.routes(FORWARD)
    go = threading.Event()
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Content-Length: 4").waits_for(go).sends_bytes(b"body")
    client = gate.connect().gets("/")
    client.expects_head(200)
    go.set()
    assert client.reads(4) == b"body"


def test_both_directions_flow_at_once(gate, origin):
    """An answer may begin while the request still comes."""
    gate.routes(FORWARD)
    origin.expects("POST /echo").before_the_body().sends(
        "HTTP/1.1 200 OK", "Transfer-Encoding: chunked").reads(7).sends_chunk(b"one").reads(
        7).sends_chunk(b"two").reads(5).sends_bytes(b"0\r\n\r\n")
    client = gate.connect().sends("POST /echo HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.expects_head(200)
    client.sends_chunks(b"aa", last=False)
    assert client.chunk() == b"one"
    client.sends_chunks(b"bb", last=False)
    assert client.chunk() == b"two"
    client.sends_chunks()
    assert client.chunk() == b""


def test_trailers_of_an_answer_reach_the_client_by_name(gate, origin):
    gate.routes("""
    target_groups: {shop: {targets: ["{origin}"]}}
    routes:
      - {name: summed, priority: 1, when: {path: "/*"}, trailers: [x-sum],
         action: {forward: shop}}""")
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Trailer: X-Sum", "Transfer-Encoding: chunked", "",
                                  "2\r\nhi\r\n0\r\nX-Sum: 42\r\n\r\n")
    answer = gate.connect().gets("/", "TE: trailers", "Connection: TE").expects(200, body="hi")
    assert answer.trailers == [("X-Sum", "42")]


def test_dangerous_trailers_of_an_answer_are_dropped(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "",
                                  "0\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\nX-Sum: 1\r\n\r\n")
    answer = gate.connect().gets("/").expects(200)
    assert not {"content-length", "set-cookie"} & {n.lower() for n, _ in answer.trailers}


def test_trailers_of_a_request_cannot_smuggle_fields(gate, origin):
    """RFC 9110 6.5.1."""
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.sends_chunks(b"hi", trailers=["Authorization: x", "Host: evil", "X-Forwarded-For: 6.6.6.6",
                                         "Content-Length: 9"])
    client.expects(200)
    names = {n.lower() for n, _ in origin.request().trailers}
    assert not names & {"authorization", "host", "x-forwarded-for", "content-length"}
    assert origin.request().header("Authorization") is None


def test_100_continue_invites_the_body(gate, origin):
    gate.routes(FORWARD)
    origin.answers("thanks")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 2", "Expect: 100-continue")
    client.expects_continue()
    client.sends_bytes(b"hi").expects(200, body="thanks")
    assert origin.request().body == b"hi"


def test_a_body_that_does_not_wait_is_fine_too(gate, origin):
    gate.routes(FORWARD)
    origin.answers("thanks")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 2",
                                  "Expect: 100-continue", "", "hi")
    answer = client.expects(200, body="thanks")
    assert {i.status for i in answer.informational} <= {100}


def test_a_refusal_comes_instead_of_the_invitation(gate):
    gate.routes("""
        limits: {body: 10B}
        default: {action: {respond: {status: 200, body: fine}}}""")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 11", "Expect: 100-continue")
    answer = client.expects(413, reason="body_too_large")
    assert answer.informational == []


def test_another_expectation_is_refused(gate):
    gate.routes("default: {action: {respond: {status: 200}}}")
    gate.connect().gets("/", "Expect: the-unexpected").expects(417, reason="expectation_failed")

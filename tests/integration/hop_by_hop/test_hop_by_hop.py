"""What is between two neighbours stays between them (RFC 9110 7.6.1)."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


def seen(gate, origin, *fields):
    gate.routes(FORWARD)
    origin.answers("fine")
    gate.connect().gets("/", *fields).expects(200)
    return origin.request()


@pytest.mark.parametrize("field", [
    "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers", "Trailer: X-Sum",
    "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "Proxy: http://evil.test"])
def test_a_field_for_the_neighbour_is_not_forwarded(gate, origin, field):
    name = field.partition(":")[0]
    assert seen(gate, origin, field).header(name) is None


def test_what_the_client_nominates_is_not_forwarded(gate, origin):
    request = seen(gate, origin, "Connection: X-One, x-two", "X-One: 1", "X-Two: 2", "X-Three: 3")
    assert request.header("X-One") is None
    assert request.header("X-Two") is None
    assert request.header("X-Three") == "3"


def test_a_nomination_may_stand_in_several_fields(gate, origin):
    request = seen(gate, origin, "Connection: keep-alive", "Connection: , X-One ,", "X-One: 1")
    assert request.header("X-One") is None


@pytest.mark.parametrize("name, value", [
    ("Host", "shop.test"), ("Authorization", "Bearer t"), ("Cookie", "a=b"),
    ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "http")])
def test_what_protects_cannot_be_nominated_away(gate, origin, name, value):
    """httpd CVE-2022-31813."""
    own = [f"{name}: {value}"] if name in ("Authorization", "Cookie") else []
    request = seen(gate, origin, f"Connection: close, {name}", *own)
    assert request.header(name) == value


def test_content_length_cannot_be_nominated_away(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Connection: Content-Length",
                                  "Content-Length: 2", "", "hi")
    client.expects(200)
    assert origin.request().body == b"hi"


def test_the_request_id_cannot_be_nominated_away(gate, origin):
    request = seen(gate, origin, "Connection: X-Request-ID", "X-Request-ID: mine")
    assert request.header("X-Request-ID") not in (None, "mine")


def test_names_with_an_underscore_are_dropped(gate, origin):
    """X_Forwarded_For becomes HTTP_X_FORWARDED_FOR in CGI, as the real one does."""
    request = seen(gate, origin, "X_Forwarded_For: 6.6.6.6", "X_User_ID: 1", "X-Fine: yes")
    assert request.header("X_Forwarded_For") is None
    assert request.header("X_User_ID") is None
    assert request.header("X-Fine") == "yes"


def test_ordinary_fields_keep_their_order_case_and_number(gate, origin):
    request = seen(gate, origin, "x-Odd-CASE: 1", "Accept: a/b", "X-Two: 1", "X-Two: 2")
    ours = [f for f in request.fields if f[0] in ("x-Odd-CASE", "Accept", "X-Two")]
    assert ours == [("x-Odd-CASE", "1"), ("Accept", "a/b"), ("X-Two", "1"), ("X-Two", "2")]


def test_the_targets_hop_by_hop_fields_do_not_reach_the_client(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine", 200, "Connection: keep-alive, X-Inner", "Keep-Alive: timeout=5",
                   "X-Inner: secret", "Proxy-Connection: x", "X-Outer: yes")
    answer = gate.connect().gets("/").expects(200)
    assert answer.header("Keep-Alive") is None
    assert answer.header("X-Inner") is None
    assert answer.header("Proxy-Connection") is None
    assert answer.header("X-Outer") == "yes"


def test_several_set_cookies_stay_several(gate, origin):
    gate.routes(FORWARD)
    origin.answers("fine", 200, "Set-Cookie: a=1", "Set-Cookie: b=2")
    assert gate.connect().gets("/").expects(200).headers("Set-Cookie") == ["a=1", "b=2"]


def test_a_targets_close_does_not_close_the_client(gate, origin):
    gate.routes(FORWARD)
    origin.expects("GET /1").answers("one", 200, "Connection: close").then_closes()
    origin.expects("GET /2").answers("two")
    client = gate.connect()
    client.gets("/1").expects(200, body="one")
    client.gets("/2").expects(200, body="two")
    assert origin.connections == 2


@pytest.mark.parametrize("given, forwarded", [
    ("5", "4"), ("1", "0"), ("007", "6"), ("99999999999999999999", "4294967294"), ("many", "many"), ("-1", "-1")])
def test_options_has_one_hop_less_to_go(gate, origin, given, forwarded):
    """RFC 9110 7.6.2."""
    gate.routes(FORWARD)
    origin.answers("fine")
    gate.connect().sends("OPTIONS / HTTP/1.1", "Host: shop.test", f"Max-Forwards: {given}").expects(200)
    assert origin.request().header("Max-Forwards") == forwarded


def test_options_ends_at_its_last_hop(gate, origin):
    gate.routes(FORWARD)
    gate.connect().sends("OPTIONS / HTTP/1.1", "Host: shop.test", "Max-Forwards: 0").expects(204)
    assert gate.records(1)[0]["reason"] == "last_recipient"
    assert origin.saw == []


def test_other_methods_do_not_count_their_hops(gate, origin):
    assert seen(gate, origin, "Max-Forwards: 0").header("Max-Forwards") == "0"

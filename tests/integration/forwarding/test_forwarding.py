"""What a target learns about the client (PRODUCT A7, ALB.md 1.5)."""

import re
import socket

import pytest


def routes(mode="append", trusted="[]"):
    return f"""
        trusted_proxies: {trusted}
        listeners: {{public: {{address: "127.0.0.1:{{port}}", x_forwarded_for: {mode}}}}}
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        default: {{action: {{forward: shop}}}}"""


TRUSTED = '["127.0.0.0/8", "10.0.0.0/8"]'


def seen(gate, origin, file, *fields, host="shop.test"):
    gate.routes(file)
    origin.answers("fine")
    gate.connect().gets("/", *fields, host=host).expects(200)
    return origin.request()


# (mode, peer is trusted, what the client says, what the target hears)
FOR = [
    ("append", False, None, "127.0.0.1"),
    ("append", False, "6.6.6.6", "127.0.0.1"),
    ("append", True, None, "127.0.0.1"),
    ("append", True, "1.2.3.4", "1.2.3.4, 127.0.0.1"),
    ("append", True, "1.2.3.4, 10.1.1.1", "1.2.3.4, 10.1.1.1, 127.0.0.1"),
    ("preserve", False, "6.6.6.6", None),
    ("preserve", True, "1.2.3.4", "1.2.3.4"),
    ("preserve", True, None, None),
    ("remove", False, "6.6.6.6", None),
    ("remove", True, "1.2.3.4", None),
]


@pytest.mark.parametrize("mode, trusted, said, heard", FOR)
def test_x_forwarded_for(gate, origin, mode, trusted, said, heard):
    fields = [f"X-Forwarded-For: {said}"] if said else []
    request = seen(gate, origin, routes(mode, TRUSTED if trusted else "[]"), *fields)
    assert request.header("X-Forwarded-For") == heard
    assert len(request.headers("X-Forwarded-For")) <= 1


def test_several_fields_of_a_trusted_proxy_are_one_list(gate, origin):
    request = seen(gate, origin, routes("append", TRUSTED),
                   "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 10.1.1.1")
    assert request.header("X-Forwarded-For") == "1.2.3.4, 10.1.1.1, 127.0.0.1"


def test_several_fields_of_cookies_are_one(gate, origin):
    """AUTH.md 2: WSGI would put a comma between them."""
    request = seen(gate, origin, routes(), "Cookie: one=1", "X-Between: y", "Cookie: s=two; t=3")
    assert request.headers("Cookie") == ["one=1; s=two; t=3"]
    assert request.header("X-Between") == "y"


@pytest.mark.parametrize("said, client_ip", [
    ("1.2.3.4", "1.2.3.4"),
    ("6.6.6.6, 1.2.3.4, 10.1.1.1", "1.2.3.4"),
    ("10.1.1.1", "10.1.1.1"),
    ("2001:db8::7", "2001:db8::7"),
    ("nonsense", "127.0.0.1"),
])
def test_client_ip_is_the_rightmost_address_that_is_no_trusted_proxy(gate, origin, said, client_ip):
    seen(gate, origin, routes("append", TRUSTED), f"X-Forwarded-For: {said}")
    assert gate.records()[0]["client_ip"] == client_ip


def test_an_untrusted_client_cannot_choose_its_client_ip(gate, origin):
    seen(gate, origin, routes(), "X-Forwarded-For: 1.2.3.4")
    assert gate.records()[0]["client_ip"] == "127.0.0.1"


SPOOFED = ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.test",
           "X-Forwarded-Port: 443", "Forwarded: for=6.6.6.6;proto=https;host=evil.test"]


def test_what_an_untrusted_client_says_is_replaced(gate, origin):
    request = seen(gate, origin, routes(), *SPOOFED, host="shop.test:8080")
    assert request.headers("X-Forwarded-For") == ["127.0.0.1"]
    assert request.headers("X-Forwarded-Proto") == ["http"]
    assert request.headers("X-Forwarded-Host") == ["shop.test:8080"]
    assert request.headers("X-Forwarded-Port") == [str(gate.port)]
    assert "6.6.6.6" not in (request.header("Forwarded") or "")
    assert "evil" not in (request.header("Forwarded") or "")


def test_what_a_trusted_proxy_says_is_believed(gate, origin):
    request = seen(gate, origin, routes("append", TRUSTED), "X-Forwarded-Proto: https",
                   "X-Forwarded-Host: chat.example.com", "X-Forwarded-Port: 443")
    assert request.headers("X-Forwarded-Proto") == ["https"]
    assert request.headers("X-Forwarded-Host") == ["chat.example.com"]
    assert request.headers("X-Forwarded-Port") == ["443"]


def test_forwarded_says_for_host_and_proto(gate, origin):
    """RFC 7239."""
    request = seen(gate, origin, routes())
    parts = dict(p.split("=", 1) for p in request.header("Forwarded").split(";"))
    assert parts["for"] == "127.0.0.1"
    assert parts["proto"] == "http"
    assert parts["host"].strip('"') == "shop.test"


def test_a_trusted_proxys_forwarded_is_appended_to(gate, origin):
    request = seen(gate, origin, routes("append", TRUSTED), "Forwarded: for=1.2.3.4")
    assert request.header("Forwarded").startswith("for=1.2.3.4, for=127.0.0.1;")


def test_via_is_appended(gate, origin):
    """RFC 9110 7.6.3."""
    request = seen(gate, origin, routes(), "Via: 1.0 fred")
    assert request.header("Via").split(", ")[0] == "1.0 fred"
    assert request.header("Via").split(", ")[1].startswith("1.1 gatehouse")


def test_a_request_that_goes_round_in_circles_is_stopped(gate, names):
    names["itself"] = f"127.0.0.1:{gate.port}"
    gate.routes("""
        target_groups: {loop: {targets: ["{itself}"]}}
        default: {action: {forward: loop}}""")
    gate.connect().gets("/").expects(508, reason="loop_detected")


def test_every_request_gets_an_id_that_all_sides_see(gate, origin):
    request = seen(gate, origin, routes(), "X-Request-ID: chosen-by-a-stranger")
    made = request.header("X-Request-ID")
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert gate.records()[0]["request_id"] == made


def test_the_answer_carries_the_request_id(gate, origin):
    gate.routes(routes())
    origin.answers("fine")
    first = gate.connect().gets("/").expects(200).header("X-Request-ID")
    second = gate.connect().gets("/").expects(200).header("X-Request-ID")
    assert [r.header("X-Request-ID") for r in origin.requests] == [first, second]
    assert first != second


def test_a_trusted_proxys_request_id_is_kept(gate, origin):
    request = seen(gate, origin, routes("append", TRUSTED), "X-Request-ID: edge-17")
    assert request.header("X-Request-ID") == "edge-17"


# (what came, what goes on)
TRACES = [
    (None, r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}"),
    ("Root=1-67891233-abcdef012345678912345678",
     r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678"),
    ("Self=1-0-1;Root=1-67891233-abcdef012345678912345678;CalledFrom=app",
     r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678;CalledFrom=app"),
]


@pytest.mark.parametrize("came, goes", TRACES)
def test_x_amzn_trace_id(gate, origin, came, goes):
    """ALB.md 1.5; trace ids are believed from anyone, as an ALB does: they decide nothing."""
    file = routes("append", TRUSTED)
    request = seen(gate, origin, file, *([f"X-Amzn-Trace-Id: {came}"] if came else []))
    assert re.fullmatch(goes, request.header("X-Amzn-Trace-Id"))


def test_traceparent_is_passed_on(gate, origin):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    request = seen(gate, origin, routes(), f"traceparent: {trace}")
    assert request.header("traceparent").split("-")[1] == trace.split("-")[1]


@pytest.mark.parametrize("trusted, heard", [("[]", None), ('["unix:"]', "6.6.6.6")])
def test_of_a_unix_socket_there_is_no_address_to_tell(gate, origin, trusted, heard):
    """A proxy on the same machine may come by one: what it says is believed if the file says so."""
    gate.routes(routes(trusted=trusted).replace("listeners: {", 'listeners: {local: {address: "unix:s"}, '))
    origin.answers("fine")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(gate.folder / "s"))
        client.sendall(b"GET / HTTP/1.1\r\nHost: shop.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
        assert client.recv(8) == b"HTTP/1.1"
    request = origin.request()
    assert request.header("X-Forwarded-For") == heard
    assert request.header("Forwarded") == 'for=unknown;host="shop.test";proto=http'
    assert request.header("X-Forwarded-Port") == "80"
    assert gate.record()["client_ip"] == (heard or "unix")

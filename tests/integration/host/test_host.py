"""One canonical host for route, log and target (RFC 9112 3.2, RFC 9110 7.2)."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""

BAD = ["a@b", "a?b", "a\\b", "<a>", "a b", "", "a:b", "a:99999", "[::1", "[::1]x", "a/b", "a,b c",
       "a%00b", "a#b", "user:pw@shop.test"]


@pytest.mark.parametrize("host", BAD)
def test_an_invalid_host_is_refused(gate, origin, host):
    gate.routes(FORWARD)
    client = gate.connect().sends("GET / HTTP/1.1", f"Host: {host}")
    client.expects(400, reason="bad_host")
    client.expects_closed()
    assert origin.connections == 0


@pytest.mark.parametrize("fields", [[], ["Host: a", "Host: a"], ["Host: a", "Host: b"]])
def test_host_must_be_there_exactly_once(gate, origin, fields):
    gate.routes(FORWARD)
    client = gate.connect().sends("GET / HTTP/1.1", *fields, "X-A: b")
    client.expects(400, reason="bad_host")
    client.expects_closed()
    assert origin.connections == 0


@pytest.mark.parametrize("host", ["shop.test", "shop.test:8080", "127.0.0.1", "[::1]:80", "SHOP.test",
                                  "under_score.test"])
def test_the_host_goes_upstream_as_received(gate, origin, host):
    gate.routes(FORWARD)
    origin.answers("fine")
    gate.connect().gets("/", host=host).expects(200)
    assert origin.request().headers("Host") == [host]


def test_the_absolute_form_wins_over_host(gate, origin):
    """RFC 9112 3.2.2; the target gets the origin form."""
    gate.routes(FORWARD)
    origin.answers("fine")
    client = gate.connect().sends("GET http://real.test:81/a?b HTTP/1.1", "Host: other.test")
    client.expects(200)
    assert origin.saw == ["GET /a?b"]
    assert origin.request().headers("Host") == ["real.test:81"]
    assert gate.record(path="/a")["host"] == "real.test:81"


@pytest.mark.parametrize("target", ["http://a@b/", "http:///x", "ftp://a/", "http://a b/", "http:/x"])
def test_a_bad_absolute_form_is_refused(gate, origin, target):
    gate.routes(FORWARD)
    client = gate.connect().sends(f"GET {target} HTTP/1.1", "Host: a")
    assert client.expects(400).reason in ("bad_host", "bad_target")
    client.expects_closed()
    assert origin.connections == 0


def test_http_1_0_without_host_is_refused_or_forwarded_with_one(gate, origin):
    """RFC 9112 3.2 asks for Host from 1.1 on; what goes upstream as 1.1 must have exactly one."""
    gate.routes(FORWARD)
    origin.answers("fine")
    answer = gate.connect().sends("GET / HTTP/1.0", "X-A: b").expects_any()
    if answer.status == 200:
        assert len(origin.request().headers("Host")) == 1
    else:
        assert (answer.status, answer.reason) == (400, "bad_host")


def test_a_host_rule_ignores_case_port_and_final_dot(gate):
    gate.routes("""
        routes:
          - {name: shop, priority: 1, when: {host: [Shop.test]}, action: {respond: {status: 200, body: shop}}}
        default: {action: {respond: {status: 404, body: other}}}""")
    for host in ("shop.test", "SHOP.TEST", "shop.test:8080", "shop.test."):
        assert gate.answer("/", host=host).text == "shop", host
    assert gate.answer("/", host="shop.test.evil").text == "other"

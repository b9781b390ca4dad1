"""Redirect, respond, and forward by weight (ALB.md 1.3)."""

import pytest

# (redirect, target asked for, Location)
REDIRECTS = [
    ('{url: "https://#{host}:8443/#{path}?#{query}", status: 301}', "/a/b?c=d", "https://shop.test:8443/a/b?c=d"),
    ('{url: "https://#{host}:8443/#{path}?#{query}"}', "/a", "https://shop.test:8443/a"),
    ('{url: "https://#{host}/#{path}"}', "/", "https://shop.test/"),
    ('{protocol: https}', "/a?b", "https://shop.test:{port}/a?b"),
    ('{protocol: https, port: 443}', "/a?b", "https://shop.test/a?b"),
    ('{host: "new.test"}', "/a?b", "http://new.test:{port}/a?b"),
    ('{path: "/new/#{path}"}', "/a?b", "http://shop.test:{port}/new/a?b"),
    ('{path: "/new", query: "from=#{path}&#{query}"}', "/a?b",
     "http://shop.test:{port}/new?from=a&b"),
    ('{host: "www.#{host}", port: "80"}', "/a", "http://www.shop.test/a"),
    ('{port: 8443, protocol: "https"}', "/", "https://shop.test:8443/"),
]


@pytest.mark.parametrize("redirect, asked, location", REDIRECTS)
def test_a_redirect_fills_in_what_was_asked_for(gate, redirect, asked, location):
    gate.routes(f"default: {{action: {{redirect: {redirect}}}}}")
    answer = gate.connect().gets(asked, host=f"shop.test:{gate.port}").expects_any()
    assert answer.header("Location") == location.replace("{port}", str(gate.port))
    record = gate.records()[0]
    assert (record["reason"], record["redirect_url"]) == ("redirected", answer.header("Location"))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_has_the_status_of_the_file(gate, status):
    gate.routes(f'default: {{action: {{redirect: {{protocol: https, port: 443, status: {status}}}}}}}')
    gate.connect().gets("/").expects(status)


def test_a_redirect_cannot_be_split(gate):
    gate.routes('default: {action: {redirect: {url: "https://#{host}/#{path}?#{query}"}}}')
    answer = gate.connect().gets("/a%0d%0aX-Evil:1").expects_any()
    assert answer.status == 400
    answer = gate.connect().gets("/a?b%0d%0aX-Evil:1").expects_any()
    assert answer.header("X-Evil") is None
    assert answer.header("Location") == "https://shop.test/a?b%0d%0aX-Evil:1"


def test_a_redirect_leads_to_no_other_host_by_a_double_slash(gate):
    gate.routes('default: {action: {redirect: {path: "/#{path}", query: "x=1"}}}')
    location = gate.connect().gets("//evil.test/x").expects_any().header("Location")
    assert location.startswith("http://shop.test")


def test_respond_sends_what_the_file_says(gate):
    gate.routes(r"""
        default: {action: {respond: {status: 503, content_type: text/css, body: "Back soon.\n"}}}""")
    answer = gate.connect().gets("/").expects(503, body="Back soon.\n")
    assert answer.header("Content-Type") == "text/css"
    assert answer.header("Date")
    assert gate.records()[0]["reason"] == "responded"


def test_respond_may_leave_out_body_and_type(gate):
    gate.routes("default: {action: {respond: {status: 404}}}")
    client = gate.connect()
    assert client.gets("/").expects(404, body="").header("Content-Type") is None
    client.gets("/").expects(404)


def test_respond_to_head_has_no_body(gate):
    gate.routes("default: {action: {respond: {status: 200, body: hello}}}")
    client = gate.connect().sends("HEAD / HTTP/1.1", "Host: a")
    assert client.expects(200, bodiless=True).header("Content-Length") == "5"
    client.gets("/").expects(200, body="hello")


def test_respond_reads_the_body_that_nobody_wants(gate):
    """Pingora CVE-2025-4366: what is left of a body must not become the next request."""
    gate.routes("default: {action: {respond: {status: 200, body: fine}}}")
    client = gate.connect()
    client.sends_bytes(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\nx")
    client.expects(200, body="fine")
    client.gets("/next").expects(200, body="fine")
    assert [r["path"] for r in gate.records(2)] == ["/", "/next"]


def test_forward_divides_by_weight(gate, origins):
    one, nine = origins("one").answers("one"), origins("nine").answers("nine")
    gate.routes("""
        target_groups: {a: {targets: ["{one}"]}, b: {targets: ["{nine}"]}}
        default: {action: {forward: {a: 1, b: 9}}}""")
    client = gate.connect()
    for _ in range(400):
        client.gets("/").expects(200)
    assert len(one.saw) + len(nine.saw) == 400
    assert 10 <= len(one.saw) <= 90


def test_a_weight_of_zero_gets_nothing(gate, origins):
    none, all_ = origins("none"), origins("all").answers("all")
    gate.routes("""
        target_groups: {a: {targets: ["{none}"]}, b: {targets: ["{all}"]}}
        default: {action: {forward: {a: 0, b: 1}}}""")
    for _ in range(20):
        gate.connect().gets("/").expects(200)
    assert (len(none.saw), len(all_.saw)) == (0, 20)


def test_targets_of_a_group_take_turns(gate, origins):
    made = [origins(n).answers(n) for n in ("one", "two", "three")]
    gate.routes("""
        target_groups: {shop: {targets: ["{one}", "{two}", "{three}"]}}
        default: {action: {forward: shop}}""")
    client = gate.connect()
    for _ in range(9):
        client.gets("/").expects(200)
    assert [len(o.saw) for o in made] == [3, 3, 3]

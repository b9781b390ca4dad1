"""The small plugins, on routes: ip_access, deprecation, body_limits, headers."""

import pytest


def file(use, action='{respond: {status: 200, body: "fine"}}', more=""):
    return f"""
        trusted_proxies: [127.0.0.1]
        {more}
        routes: [{{name: r, priority: 1, plugins: [{use}], action: {action}}}]"""


@pytest.mark.parametrize("client, status", [("10.1.2.3", 200), ("10.66.0.1", 403), ("192.0.2.7", 403), ("2001:db8::1", 200)])
def test_ip_access_looks_at_the_client_behind_trusted_proxies(gate, client, status):
    gate.routes(file('{use: ip_access, with: {allow: [10.0.0.0/8, "2001:db8::/32"], deny: 10.66.0.0/16}}'))
    assert gate.answer("/x", f"X-Forwarded-For: {client}").status == status
    assert gate.metric("gatehouse_ip_access_refused_total") == (status == 403)


def test_ip_access_may_look_at_the_connection_instead(gate):
    gate.routes(file("{use: ip_access, with: {deny: 127.0.0.0/8, address: source_ip}}"))
    gate.connect().gets("/x", "X-Forwarded-For: 10.1.2.3").expects(403, reason="denied")


def test_a_deprecated_route_says_so_on_every_answer(gate, origin):
    gate.routes(file('{use: deprecation, with: {since: "2026-06-01", sunset: "2100-01-01", link: "https://docs.test/v1"}}',
                     action="{forward: shop}", more='target_groups: {shop: {targets: ["{origin}"]}}'))
    origin.answers("old", 200, "Link: </x>; rel=next", "Deprecation: false")
    answer = gate.answer("/x")
    assert (answer.header("Deprecation"), answer.header("Sunset")) == ("@1780272000", "Fri, 01 Jan 2100 00:00:00 GMT")
    assert answer.headers("Link") == ["</x>; rel=next",
                                      '<https://docs.test/v1>; rel="deprecation", <https://docs.test/v1>; rel="sunset"']
    assert gate.answer("/a%2fb").header("Deprecation") == "@1780272000"  # refused by the gateway itself
    assert gate.metric("gatehouse_deprecation_requests_total") == 1


def test_what_is_past_its_sunset_is_gone_where_the_file_says_so(gate):
    gate.routes(file('{use: deprecation, with: {sunset: "2020-01-01", after_sunset: gone}}'))
    answer = gate.answer("/x")
    assert (answer.status, answer.header("Sunset")) == (410, "Wed, 01 Jan 2020 00:00:00 GMT")


@pytest.mark.parametrize("fields, body, status", [
    (("Content-Type: application/json", "Content-Length: 2"), "{}", 200),
    (("Content-Type: application/json; charset=utf-8", "Content-Length: 11"), "12345678901", 413),
    (("Content-Type: text/plain", "Content-Length: 2"), "{}", 415),
    (("Content-Length: 2",), "{}", 415),
    (("Content-Length: 0",), "", 200),
    (("Content-Type: image/png", "Transfer-Encoding: chunked"), "3\r\nabc\r\n0\r\n\r\n", 200),
])
def test_body_limits_refuses_what_is_too_large_or_of_another_type(gate, origin, fields, body, status):
    gate.routes(file('{use: body_limits, with: {size: 10B, content_types: [application/json, "image/*"]}}',
                     action="{forward: shop}", more='target_groups: {shop: {targets: ["{origin}"]}}'))
    origin.answers("took it")
    answer = gate.connect().sends("POST /x HTTP/1.1", "Host: shop.test", *fields, "", body).expects_any()
    assert (answer.status, len(origin.saw)) == (status, status == 200)
    assert answer.header("Accept") == ("application/json, image/*" if status == 415 else None)


def test_a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_large(gate, origin):
    gate.routes(file("{use: body_limits, with: {size: 10B}}", action="{forward: shop}",
                     more='target_groups: {shop: {targets: ["{origin}"]}}'))
    origin.answers("never")
    client = gate.connect().sends("POST /x HTTP/1.1", "Host: shop.test", "Transfer-Encoding: chunked", "", "8", "12345678", "8",
                                  "12345678", "")
    client.expects(413, reason="body_too_large")
    assert gate.metric("gatehouse_body_limits_too_large_total") == 1


@pytest.mark.parametrize("use, said", [
    ("{use: ip_access, with: {allow: [10.0.0.0/8, 10.0.0.1/8]}}", "bits are set behind the prefix"),
    ("{use: ip_access, with: {deny: a.test}}", "this is no block of addresses"),
    ("ip_access", "ip_access without `allow` and `deny` does nothing"),
    ("{use: deprecation, with: {since: '2026-13-01'}}", "this is no date"),
    ("{use: deprecation, with: {since: 2026-06-01, sunset: 2026-05-01}}", "it would be gone before it is deprecated"),
    ("{use: deprecation, with: {since: 2026-06-01, link: 'a b'}}", "this is no URL"),
    ("{use: body_limits, with: {content_types: json}}", "this is no media type"),
    ("{use: headers, with: {response: {set: {'X-Frame-Options:': DENY}}}}", "no header field can be called 'X-Frame-Options:'"),
    ("{use: headers, with: {request: {remove: [X Y]}}}", "no header field can be called 'X Y'"),
    ("{use: mirror, with: {target_group: t, remove: [a b]}}", "no header field can be called so"),
    ("{use: forward_auth, with: {target_group: t, path: '/a b'}}", "no request could ask for it"),
    ("{use: forward_auth, with: {target_group: t, copy: [Content-Length]}}", "the gateway itself says 'Content-Length'"),
    ("{use: headers, with: {response: {remove: [Content-Length]}}}", "the gateway itself writes 'Content-Length'"),
    ("{use: headers, with: {request: {remove: [host]}}}", "no request goes without Host"),
    ("{use: headers, with: {request: {add: {Host: b.test}}}}", "a request has one Host"),
    ("{use: headers, with: {request: {set: {Host: 'a b/c'}}}}", "Host is one name, or one address"),
    ("{use: headers, with: {request: {set: {Host: [a.test, b.test]}}}}", "Host is one name, or one address"),
    ("{use: headers, with: {request: {set: {content-length: 1}}}}", "the gateway itself writes 'content-length'"),
    ("{use: headers, with: {response: {add: {A: \"b\\nC: d\"}}}}", "the value of 'A' has CR, LF or NUL"),
])
def test_what_is_wrong_is_said_at_its_place(gate, use, said):
    gate.writes(file(use, more='target_groups: {t: {targets: ["127.0.0.1:1"]}}'))
    assert f"error[wrong-value]: {said}" in gate.command("check", check=1).stderr

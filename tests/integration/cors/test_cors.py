"""What pages of other origins are told, by whomever the answer was made (PRODUCT B3, Fetch)."""

import pytest

import tokens
from tokens import bearer

OURS = "https://chat.example.com"
PREFLIGHT = ("Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: authorization")


def routes(cors="", plugins=""):
    return f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        plugins:
          browser:
            use: cors
            with: {{origins: ["{OURS}", "https://*.example.com"], methods: [GET, PUT], allow_headers: [Authorization],
                   expose_headers: [ETag], credentials: true, max_age: 1h{cors}}}
          identity: {{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}}}}}
        routes:
          - {{name: api, priority: 1, when: {{path: "/api/*"}}, plugins: [identity, browser], action: {{forward: shop}}}}
        default: {{action: {{respond: {{status: 404}}}}}}"""


def allowed(answer):
    return {name: value for name, value in answer.fields if name.lower().startswith("access-control-")}


def test_M02_a_preflight_is_answered_before_any_auth_and_never_forwarded(gate, origin):
    gate.routes(routes())
    for fields in ((), ("Cookie: session=1",), (bearer("a.b.c"),)):
        client = gate.connect().sends("OPTIONS /api/x HTTP/1.1", "Host: shop.test", f"Origin: {OURS}", *PREFLIGHT, *fields)
        answer = client.expects_any()
        assert answer.status == 204
        assert allowed(answer) == {
            "Access-Control-Allow-Origin": OURS, "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "GET, PUT", "Access-Control-Allow-Headers": "Authorization",
            "Access-Control-Max-Age": "3600"}
        assert answer.header("Vary") == "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    assert origin.saw == []
    assert gate.metric("gatehouse_cors_preflights_total") == 3


@pytest.mark.parametrize("option, asked, said", [("", "true", None), (", private_network: true", "true", "true"),
                                                 (", private_network: true", "false", None)])
def test_a_preflight_to_a_private_network_is_answered_where_the_file_says_so(gate, option, asked, said):
    gate.routes(routes(option).replace("{origin}", "127.0.0.1:1"))
    for page, allows in ((OURS, said), ("https://evil.test", None)):
        client = gate.connect().sends("OPTIONS /api/x HTTP/1.1", "Host: shop.test", f"Origin: {page}", *PREFLIGHT,
                                      f"Access-Control-Request-Private-Network: {asked}")
        assert client.expects_any().header("Access-Control-Allow-Private-Network") == allows


def test_an_empty_origin_with_a_method_is_a_preflight_of_nobody(gate, origin):
    gate.routes(routes())
    client = gate.connect().sends("OPTIONS /api/x HTTP/1.1", "Host: shop.test", "Origin:", *PREFLIGHT)
    answer = client.expects_any()
    assert (answer.status, allowed(answer)) == (204, {})


def test_a_plain_OPTIONS_is_a_request_like_others(gate, origin):
    gate.routes(routes())
    assert gate.connect().sends("OPTIONS /api/x HTTP/1.1", "Host: shop.test", f"Origin: {OURS}").expects_any().status == 401


def test_what_the_target_says_about_origins_does_not_count(gate, origin):
    gate.routes(routes())
    origin.answers("fine", 200, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: BREW", "Vary: Accept",
                   "vary: Cookie")
    answer = gate.connect().gets("/api/x", bearer(tokens.hs256()), f"Origin: {OURS}").expects(200)
    assert allowed(answer) == {"Access-Control-Allow-Origin": OURS, "Access-Control-Allow-Credentials": "true",
                               "Access-Control-Expose-Headers": "ETag"}
    assert [value for name, value in answer.fields if name.lower() == "vary"] == ["Accept, Cookie, Origin"]


@pytest.mark.parametrize("field", [None, "Origin: https://evil.test", "Origin: null", "Origin: https://chat.example.com.evil"])
def test_M03_others_are_told_nothing_but_that_it_depends(gate, origin, field):
    gate.routes(routes())
    origin.answers("fine", 200, "Access-Control-Allow-Origin: *")
    answer = gate.connect().gets("/api/x", bearer(tokens.hs256()), *([field] if field else [])).expects(200)
    assert (allowed(answer), answer.header("Vary")) == ({}, "Origin")


def test_a_refusal_of_the_gateway_can_be_read_too(gate, origin, dead):
    gate.routes(routes())
    answer = gate.answer("/api/x", f"Origin: {OURS}")
    assert (answer.status, answer.header("Access-Control-Allow-Origin")) == (401, OURS)
    assert answer.header("Vary") == "Cookie, Authorization, Origin"
    gate.reload(routes().replace("{origin}", "{dead}"))
    answer = gate.answer("/api/x", bearer(tokens.hs256()), f"Origin: {OURS}")
    assert (answer.status, answer.header("Access-Control-Allow-Origin")) == (502, OURS)


def test_report_changes_nothing_and_counts(gate, origin):
    gate.routes(routes(", mode: report"))
    origin.answers("fine", 200, "Access-Control-Allow-Origin: *")
    answer = gate.connect().gets("/api/x", bearer(tokens.hs256()), "Origin: https://evil.test").expects(200)
    assert allowed(answer) == {"Access-Control-Allow-Origin": "*"}
    assert gate.metric("gatehouse_cors_refused_total") == 1

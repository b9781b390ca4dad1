"""A token in a cookie: browsers send it with whatever any page makes them ask (AUTH §10)."""

import pytest

import tokens
from tokens import bearer, routes

COOKIE = f"Cookie: access_token={tokens.hs256()}"
FROM = f'secret: "{tokens.SECRET}", from: [bearer, cookie]'
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


def status_of(gate, method, *fields, body=""):
    framing = [f"Content-Length: {len(body)}"] if body else []
    with gate.connect() as client:
        return client.sends(f"{method} /api/x HTTP/1.1", "Host: shop.test", *fields, *framing, "", body).expects_any(
            bodiless=method == "HEAD").status


OTHER_PAGES = [
    (), ("Origin: null",), ("Origin: https://evil.test",), ("Origin: http://evil.shop.test",), ("Origin: http://shop.test.evil",),
    ("Origin: https://shop.test",), ("Origin:",), ("Origin: http://shop.test", "Origin: http://evil.test"),
    ("Referer: http://evil.test/http://shop.test/",), ("Sec-Fetch-Site: cross-site",), ("Sec-Fetch-Site: same-site",),
    ("Sec-Fetch-Site: same-site", "Origin: http://evil.shop.test"), ("Origin: null", "Referer: http://shop.test/"),
]
OWN_PAGES = [("Sec-Fetch-Site: same-origin",), ("Sec-Fetch-Site: none",), ("Origin: http://shop.test",),
             ("Sec-Fetch-Site: same-site", "Origin: https://chat.example.com"), ("Referer: http://shop.test/page?a",)]
FORMS = [("POST", "Content-Type: application/x-www-form-urlencoded", "role=admin"),
         ("POST", "Content-Type: text/plain", '{"role":"admin"}'), ("PUT", "X-A: 1", ""), ("DELETE", "X-A: 1", ""),
         ("POST", "X-HTTP-Method-Override: GET", ""), ("POST", "X-Method-Override: GET", "_method=GET")]


def test_S03_another_page_changes_nothing_with_a_users_cookie(gate, origin):
    gate.routes(routes(', origins: ["https://chat.example.com"]', FROM))
    for method, kind, body in FORMS:
        for page in OTHER_PAGES:
            assert (page, status_of(gate, method, COOKIE, kind, *page, body=body)) == (page, 403), method
    assert origin.saw == []
    assert {record["reason"] for record in gate.records(len(FORMS) * len(OTHER_PAGES))} == {"not_own_page"}
    assert gate.metric("gatehouse_auth_forged_total") == len(FORMS) * len(OTHER_PAGES)


def test_S03_our_own_pages_do(gate, origin):
    gate.routes(routes(', origins: ["https://chat.example.com"]', FROM))
    origin.answers("done")
    for method, kind, body in FORMS[:2]:
        for page in OWN_PAGES:
            assert (page, status_of(gate, method, COOKIE, kind, *page, body=body)) == (page, 200)
    assert len(origin.saw) == 2 * len(OWN_PAGES) and origin.request().header("X-User-ID") == "ann"


def test_S03_what_changes_nothing_and_what_no_browser_adds_by_itself_needs_no_page(gate, origin):
    gate.routes(routes(jwt_options=FROM))
    origin.answers("fine")
    for method in ("GET", "HEAD", "OPTIONS"):
        assert status_of(gate, method, COOKIE, "Origin: https://evil.test") == 200
    assert status_of(gate, "POST", bearer(tokens.hs256()), "Origin: https://evil.test", body="a=b") == 200
    # Of a cookie that is none the answer is that of a token that is none.
    assert status_of(gate, "POST", "Cookie: access_token=a.b.c", "Origin: https://evil.test") == 401


@pytest.mark.parametrize("page, status", [((), 403), (("Origin: https://evil.test",), 403), (("Origin: http://shop.test",), 200)])
def test_W01_another_page_opens_no_socket_with_a_users_cookie(gate, origin, page, status):
    gate.routes(routes(jwt_options=FROM))
    origin.answers("no socket here")
    assert gate.answer("/api/x", COOKIE, *UPGRADE, *page).status == status
    assert len(origin.saw) == (status == 200)


def test_check_says_what_is_no_origin(gate):
    gate.writes(routes(', origins: ["chat.example.com"]').replace("{origin}", "127.0.0.1:1"))
    assert "error[wrong-value]: not an origin as browsers write it" in gate.command("check", check=1).stderr

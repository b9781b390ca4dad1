"""What is matched, forwarded and logged is one string (HARDENING: path confusion; ALB.md head)."""

import pytest

GUARDED = """
    target_groups: {shop: {targets: ["{origin}"]}}
    routes:
      - {name: admin, priority: 1, when: {path: ["/admin", "/admin/*"]}, action: {respond: {status: 403, body: guarded}}}
    default: {action: {forward: shop}}"""

# (sent, canonical)
CANONICAL = [
    ("/", "/"),
    ("/a/b", "/a/b"),
    ("//a///b", "/a/b"),
    ("/a/./b", "/a/b"),
    ("/a/../b", "/b"),
    ("/a/b/..", "/a/"),
    ("/a/.", "/a/"),
    ("/../../a", "/a"),
    ("/%61%62", "/ab"),
    ("/a%2Eb", "/a.b"),
    ("/x/%2e%2e/a", "/a"),
    ("/%7euser", "/~user"),
    ("/a%20b", "/a%20b"),
    ("/caf%c3%a9", "/caf%c3%a9"),
    ("/a%3fb", "/a%3fb"),
    ("/a%252fb", "/a%252fb"),
    ("/a;v=1/b", "/a;v=1/b"),
    ("/a+b", "/a+b"),
    ("/a..b/...", "/a..b/..."),
]
REFUSED = ["/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/\\admin", "/x/..;/admin", "/x/..;v/admin",
           "/x/.;/admin", "/a%00b", "/a%0ab", "/a%0d", "/a%1fb", "/a%7f"]
GUARDED_PATHS = ["/admin", "/admin/", "/admin/x", "//admin", "/x/../admin", "/%61dmin", "/./admin",
                 "/;/admin", "/admin;x", "/admin;x/y", "/;a=b/admin/z", "/x/%2e%2e/admin",
                 "/x/%2E./admin", "//x//..//admin"]


@pytest.mark.parametrize("sent, canonical", CANONICAL)
def test_the_canonical_path_is_forwarded_and_logged(gate, origin, sent, canonical):
    gate.routes(GUARDED)
    origin.answers("fine")
    gate.connect().gets(sent + "?q=/../%61//").expects(200)
    assert origin.saw == [f"GET {canonical}?q=/../%61//"]
    record = gate.records()[0]
    assert (record["path"], record["query"]) == (canonical, "q=/../%61//")


@pytest.mark.parametrize("path", REFUSED)
def test_a_path_that_reads_in_two_ways_is_refused(gate, origin, path):
    gate.routes(GUARDED)
    gate.connect().gets(path).expects(400, reason="bad_path")
    assert origin.connections == 0


@pytest.mark.parametrize("path", GUARDED_PATHS)
def test_no_spelling_walks_around_a_rule(gate, origin, path):
    gate.routes(GUARDED)
    gate.connect().gets(path).expects(403, body="guarded")
    assert origin.connections == 0


def test_parameters_are_forwarded_though_not_matched(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        routes:
          - {name: cart, priority: 1, when: {path: "/cart/items"}, action: {forward: shop}}""")
    origin.answers("fine")
    gate.connect().gets("/cart;session=1/items;v=2").expects(200)
    assert origin.saw == ["GET /cart;session=1/items;v=2"]
    assert gate.records()[0]["rule"] == "cart"


def test_encoded_slash_keep_lets_it_through_on_that_route_only(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        routes:
          - {name: files, priority: 1, when: {path: "/files/*"}, encoded_slash: keep, action: {forward: shop}}
        default: {action: {forward: shop}}""")
    origin.answers("fine")
    gate.connect().gets("/files/a%2Fb").expects(200)
    assert origin.saw == ["GET /files/a%2Fb"]
    gate.connect().gets("/other/a%2Fb").expects(400, reason="bad_path")
    gate.connect().gets("/files/a%5cb").expects(400, reason="bad_path")


def test_path_form_raw_forwards_the_clients_bytes(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        routes:
          - {name: raw, priority: 1, when: {path: "/raw/*"}, path_form: raw, action: {forward: shop}}""")
    origin.answers("fine")
    gate.connect().gets("/raw//a%61/b%2Fc?x").expects(200)
    assert origin.saw == ["GET /raw//a%61/b%2Fc?x"]


def test_the_query_never_takes_part_in_the_path(gate, origin):
    gate.routes(GUARDED)
    origin.answers("fine")
    gate.connect().gets("/a?/../admin").expects(200)
    assert origin.saw == ["GET /a?/../admin"]


def test_an_empty_query_keeps_its_question_mark(gate, origin):
    gate.routes(GUARDED)
    origin.answers("fine")
    gate.connect().gets("/a?").expects(200)
    assert origin.saw == ["GET /a?"]

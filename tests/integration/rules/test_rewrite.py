"""What a target sees where a rule rewrites it (ALB.md 1.3, transforms)."""

import pytest

FILE = """
    target_groups: {shop: {targets: ["{origin}"]}}
    routes:
      - name: hit
        priority: 1
        rewrite: REWRITE
        action: {forward: shop}"""

# (rewrite, sent, what the target sees)
PATHS = [
    ("{path: {regex: '^/api/v1/(.*)$', replace: '/api/$1'}}", "/api/v1/x?q=1", "/api/x?q=1"),
    ("{path: {regex: '^/api', replace: ''}}", "/api", "/"),
    ("{path: {regex: '^/api', replace: ''}}", "/other", "/other"),
    ("{path: {regex: '^/a/', replace: '/b//c/../'}}", "/a/x", "/b/x"),
    ("{path: {regex: '^/A', replace: '/b'}}", "/a", "/a"),
]


@pytest.mark.parametrize("rewrite, sent, seen", PATHS)
def test_a_path_is_rewritten_after_routing(gate, origin, rewrite, sent, seen):
    gate.routes(FILE.replace("REWRITE", rewrite))
    origin.answers("fine")
    gate.connect().gets(sent).expects(200)
    assert origin.saw == [f"GET {seen}"]
    assert gate.records()[0]["path"] == sent.partition("?")[0]


def test_a_host_is_rewritten_and_its_port_stays(gate, origin):
    gate.routes(FILE.replace("REWRITE", r"{host: {regex: '^www\.(.*)$', replace: '$1'}}"))
    origin.answers("fine")
    gate.connect().gets("/", host="www.shop.test:8080").expects(200)
    gate.connect().gets("/", host="api.shop.test").expects(200)
    assert [r.headers("Host") for r in origin.requests] == [["shop.test:8080"], ["api.shop.test"]]
    assert origin.request(0).header("X-Forwarded-Host") == "www.shop.test:8080"


@pytest.mark.parametrize("rewrite, sent", [
    ("{path: {regex: '3F$', replace: ''}}", "/a%3F"),
    ("{path: {regex: '-', replace: '%'}}", "/a-2Fb"),
    ("{host: {regex: '.*', replace: ''}}", "/"),
])
def test_a_rewrite_that_makes_no_request_is_a_500(gate, origin, rewrite, sent):
    gate.routes(FILE.replace("REWRITE", rewrite))
    client = gate.connect()
    client.gets(sent).expects(500, reason="rewrite_failed")
    client.expects_open()
    assert origin.saw == []

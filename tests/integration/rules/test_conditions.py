"""Every kind of condition through the whole gateway (ALB.md 1.2); row by row they are in tests/conformance."""

import pytest

from patience import until

FILE = """
    trusted_proxies: [127.0.0.3]
    routes:
      - {name: hit, priority: 10, when: {WHEN}, action: {respond: {status: 200, body: hit}}}
    default: {action: {respond: {status: 200, body: default}}}"""

# (when, what holds, what does not): each target, method, fields
ROWS = [
    ("{path: [/x, {regex: '^/v[0-9]+'}]}", ("/v12/a", "GET"), ("/w12", "GET")),
    ("{host: {regex: '^SHOP'}}", ("/", "GET"), ("/", "GET", "Host: other.test")),
    ("{method: [POST, PURGE]}", ("/", "PURGE"), ("/", "purge")),
    ("{header: {X-Canary: ['1', 'true']}}", ("/", "GET", "x-canary: TRUE"),
     ("/", "GET", "X-Canary: 2")),
    ("{header: [{X-A: '1*'}, {X-B: '2'}]}", ("/", "GET", "X-A: 12", "X-B: 2"),
     ("/", "GET", "X-A: 12")),
    ("{header: {X-A: b}}", ("/", "GET", "X-A: a", "X-A: B"), ("/", "GET", "X-A: a, b")),
    ("{query: {v: ['2*']}}", ("/?a&V=2.1", "GET"), ("/?v=1", "GET")),
    ("{query: {any: debug}}", ("/?x=DEBUG", "GET"), ("/?debug=x", "GET")),
]


def ask(gate, target, method, *fields):
    host = [] if any(f.startswith("Host:") for f in fields) else ["Host: shop.test"]
    client = gate.connect().sends(f"{method} {target} HTTP/1.1", *host, *fields)
    return client.expects(200).text


@pytest.mark.parametrize("when, holds, fails", ROWS)
def test_a_condition_lets_through_what_it_names(gate, when, holds, fails):
    gate.routes(FILE.replace("WHEN", when[1:-1]))
    assert ask(gate, *holds) == "hit"
    assert ask(gate, *fails) == "default"
    assert [r["rule"] for r in gate.records(2)] == ["hit", "default"]


def test_source_ip_is_the_peer_and_client_ip_whom_it_speaks_for(gate):
    gate.routes("""
        trusted_proxies: [127.0.0.3]
        routes:
          - {name: client, priority: 1, when: {client_ip: 203.0.113.0/24}, action: {respond: {status: 200, body: client}}}
          - {name: source, priority: 2, when: {source_ip: "127.0.0.3"}, action: {respond: {status: 200, body: source}}}
        default: {action: {respond: {status: 200, body: default}}}""")
    said = "X-Forwarded-For: 203.0.113.7"
    proxy = gate.connect(source="127.0.0.3")
    assert proxy.gets("/", said).expects(200).text == "client"
    assert proxy.gets("/", "X-Forwarded-For: 127.0.0.3").expects(200).text == "source"
    assert gate.connect().gets("/", said).expects(200).text == "default"


def test_a_preflight_goes_where_the_request_behind_it_will_go(gate):
    gate.routes(FILE.replace("WHEN", "path: /api, method: PUT"))
    origin = ("Origin: https://a.test", "Access-Control-Request-Method: PUT")
    assert ask(gate, "/api", "OPTIONS", *origin) == "hit"
    assert ask(gate, "/api", "OPTIONS", origin[0]) == "default"


def test_a_reload_changes_conditions(gate):
    gate.routes(FILE.replace("WHEN", "header: {X-A: '1'}"))
    assert ask(gate, "/", "GET", "X-A: 2") == "default"
    gate.reload(FILE.replace("WHEN", "header: {X-A: '2'}"))
    assert ask(gate, "/", "GET", "X-A: 2") == "hit"
    until(lambda: gate.events("config_loaded")[-1]["changed"] == "1 rule changed",
          "the log never says what the reload changed")


def test_the_running_gateway_and_the_command_line_show_them(gate):
    gate.routes(FILE.replace("WHEN", "path: {regex: '^/a'}, header: {X-A: [b, c]}, "
                                     "source_ip: '::ffff:10.0.0.0/104', query: {any: d}"))
    route = gate.admin("/config")["routes"][0]
    assert route["when"] == {"path": [{"regex": "^/a"}], "header": [{"X-A": ["b", "c"]}],
                             "query": [{"any": ["d"]}], "source_ip": ["10.0.0.0/8"]}
    shown = gate.command("routes", "-c", str(gate.file), check=0).stdout
    assert "path /^/a/, header X-A: b | c, query any: d, source_ip 10.0.0.0/8" in shown

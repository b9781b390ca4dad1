"""Priority, host and path, default per listener (ALB.md 1.1, 1.2)."""

import pytest

import ports


def rule(name, priority, when):
    return f"  - {{name: {name}, priority: {priority}, when: {when}, action: {{respond: {{status: 200, body: {name}}}}}}}\n"


def routes(*rules):
    return "routes:\n" + "".join(rule(*r) for r in rules) + (
        "default: {action: {respond: {status: 200, body: default}}}\n")


# (pattern, path, matches)
PATHS = [
    ("/a", "/a", True), ("/a", "/a/", False), ("/a", "/A", False), ("/a", "/a/b", False),
    ("/img/*", "/img/", True), ("/img/*", "/img/a/b", True), ("/img/*", "/img", False),
    ("*", "/anything/at/all", True), ("/*", "/", True),
    ("/a/*/b", "/a/x/b", True), ("/a/*/b", "/a/x/y/b", True), ("/a/*/b", "/a/b", False),
    ("*.php", "/x/index.php", True), ("*.php", "/x/index.phpx", False),
    ("/a?c", "/abc", True), ("/a?c", "/ac", False), ("/a?c", "/a/c", True), ("/a?c", "/abbc", False),
    ("/*/x*y/*", "/1/x22y/3", True), ("/*/x*y/*", "/1/x22z/3", False),
    ("/a*a*a*b", "/" + "a" * 60, False),
]


@pytest.mark.parametrize("pattern, path, matches", PATHS)
def test_a_path_pattern(gate, pattern, path, matches):
    gate.routes(routes(("hit", 1, f'{{path: "{pattern}"}}')))
    assert gate.answer(path).text == ("hit" if matches else "default")


# (pattern, host, matches)
HOSTS = [
    ("shop.test", "shop.test", True), ("shop.test", "SHOP.TEST", True),
    ("shop.test", "www.shop.test", False),
    ("*.shop.test", "www.shop.test", True), ("*.shop.test", "shop.test", False),
    ("*.shop.test", "a.b.shop.test", True), ("*.shop.test", "evilshop.test", False),
    ("w?w.shop.test", "wxw.shop.test", True), ("w?w.shop.test", "ww.shop.test", False),
    ("*", "anything", True), ("api-*.shop.test", "api-7.shop.test", True),
]


@pytest.mark.parametrize("pattern, host, matches", HOSTS)
def test_a_host_pattern(gate, pattern, host, matches):
    gate.routes(routes(("hit", 1, f'{{host: ["{pattern}"]}}')))
    assert gate.answer("/", host=host).text == ("hit" if matches else "default")


def test_the_lowest_priority_number_wins_whatever_the_order_of_the_file(gate):
    gate.routes(routes(("late", 30, '{path: "/a*"}'), ("first", 10, '{path: "/a/b*"}'),
                       ("middle", 20, '{path: "/a/*"}')))
    assert gate.answer("/a/b/c").text == "first"
    assert gate.answer("/a/c").text == "middle"
    assert gate.answer("/ax").text == "late"
    assert gate.answer("/b").text == "default"
    priorities = [r.get("priority") for r in gate.records(4)]
    assert priorities == [10, 20, 30, 0]


def test_values_are_any_and_conditions_are_all(gate):
    gate.routes(routes(("hit", 1, "{host: [a.test, b.test], path: [/x, /y]}")))
    assert gate.answer("/x", host="a.test").text == "hit"
    assert gate.answer("/y", host="b.test").text == "hit"
    assert gate.answer("/z", host="a.test").text == "default"
    assert gate.answer("/x", host="c.test").text == "default"


def test_a_rule_without_conditions_matches_all(gate):
    gate.routes("""
        routes:
          - {name: all, priority: 5, action: {respond: {status: 200, body: all}}}""")
    assert gate.answer("/whatever", host="any.test").text == "all"


def test_listeners_have_their_own_rules_and_default(gate, names):
    second = ports.reserve()
    names["second"] = f"127.0.0.1:{second}"
    gate.routes("""
        listeners:
          public: {address: "127.0.0.1:{port}"}
          inner:
            address: "{second}"
            default: {action: {respond: {status: 200, body: inner-default}}}
        routes:
          - {name: only-inner, priority: 1, listeners: [inner], when: {path: /x}, action: {respond: {status: 200, body: inner}}}
          - {name: only-public, priority: 1, listeners: [public], when: {path: /x}, action: {respond: {status: 200, body: public}}}
        default: {action: {respond: {status: 200, body: default}}}""")
    inner = ("127.0.0.1", second)
    assert gate.answer("/x").text == "public"
    assert gate.answer("/y").text == "default"
    gate.connect(inner).gets("/x").expects(200, body="inner")
    gate.connect(inner).gets("/y").expects(200, body="inner-default")
    assert [r["listener"] for r in gate.records(4)] == ["public", "public", "inner", "inner"]


def test_thousands_of_rules_find_the_right_one(gate):
    count = 2000
    gate.routes(routes(*((f"r{n}", n + 1, f'{{path: "/t{n}/*/x"}}') for n in range(count))))
    client = gate.connect()
    for n in (0, 1, 777, count - 1):
        client.gets(f"/t{n}/abc/x").expects(200, body=f"r{n}")
    client.gets(f"/t{count}/abc/x").expects(200, body="default")

"""Another service decides: what it is asked, what it says, and what happens when it does not (AUTH H12, S04)."""

import threading

import pytest

import tokens
from patience import until
from policies import policy


def routes(more="", group='judges: {targets: ["{judge}"]}'):
    return f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}, {group}}}
    routes:
      - name: shop
        priority: 1
        when: {{path: "/*"}}
        action: {{forward: shop}}
        plugins: [{{use: forward_auth, with: {{target_group: judges, path: /may, copy: [X-User-ID, X-User-Role],
                                            identity: X-User-ID{more}}}}}]"""


@pytest.fixture
def judge(origins):
    return origins("judge")


def test_H12_who_may_pass_arrives_with_what_the_service_said_and_nothing_of_his_own(gate, origin, judge):
    gate.routes(routes())
    judge.answers("", 200, "X-User-ID: ann", "X-Other: 1")
    origin.answers("in")
    answer = gate.answer("/x?y=z", "Cookie: s=1", "X-User-ID: root", "X_User_Role: admin", "X-User-Role: admin",
                         "X-Forwarded-Uri: /public", "X-Secret: no")
    assert answer.status == 200
    asked = judge.request()
    assert (asked.method, asked.target) == ("GET", "/may")
    assert (asked.header("X-Forwarded-Method"), asked.header("X-Forwarded-Uri")) == ("GET", "/x?y=z")
    assert (asked.header("Cookie"), asked.header("X-Secret"), asked.header("X-User-ID")) == ("s=1", None, None)
    arrived = origin.request()
    assert (arrived.header("X-User-ID"), arrived.header("X-User-Role"), arrived.header("X_User_Role")) == ("ann", None, None)
    assert arrived.header("X-Other") is None


def test_H01_the_service_hears_who_the_client_is_from_the_step_before_and_never_from_the_client(gate, origin, judge):
    identity = f'{{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}, mint: {{secret: "{tokens.OTHER}"}}}}}}, '
    gate.routes(routes(more=", send: [Authorization, X-User-Email, X-Any]").replace("plugins: [", "plugins: [" + identity))
    judge.answers("", 200)
    origin.answers("in")
    mine = tokens.bearer(tokens.hs256())
    assert gate.answer("/x", mine, "X-User-Email: root@example.com", "X_User_Email: root@example.com", "X-Any: 1").status == 200
    asked = judge.request()
    assert [asked.headers(name) for name in ("X-User-Email", "X_User_Email", "X-Any")] == [["ann@example.com"], [], ["1"]]
    assert [f"Authorization: {value}" for value in asked.headers("Authorization")] == [mine]


@pytest.mark.parametrize("status, field", [(401, "WWW-Authenticate: Bearer"), (403, "Set-Cookie: a=b"),
                                           (302, "Location: https://id.test/login")])
def test_H12_a_refusal_is_the_clients(gate, origin, judge, status, field):
    gate.routes(routes())
    judge.answers("no", status, field, "X-Internal: 1")
    answer = gate.answer("/x")
    name, value = field.split(": ")
    assert (answer.status, answer.header(name), answer.header("X-Internal")) == (status, value, None)
    assert origin.saw == []


@pytest.mark.parametrize("status", [500, 404, 429])
def test_H12_what_is_no_decision_lets_nobody_pass(gate, origin, judge, status):
    gate.routes(routes())
    judge.answers("?", status)
    answer = gate.answer("/x")
    assert (answer.status, answer.reason) == (503, "authorizer_failed")
    assert origin.saw == []


def test_a_service_that_is_dead_or_silent_lets_nobody_pass(gate, origin, judge, dead):
    gate.routes(routes(group='judges: {targets: ["{dead}"]}'))
    assert gate.answer("/x").status == 503
    gate.reload(routes(", timeout: 50ms"))
    over = threading.Event()
    judge.expects("GET /may").waits_for(over).then_closes()
    assert gate.answer("/x").status == 503
    over.set()
    assert origin.saw == []


def test_S04_an_answer_is_used_again_only_for_the_same_question(gate, origin, judge):
    gate.routes(routes())
    origin.answers("in")
    judge.answers("", 200, "X-User-ID: ann", "Cache-Control: max-age=60")
    with gate.connect() as client:
        for _ in range(3):
            client.gets("/x", "Cookie: s=ann").expects(200)
        assert len(judge.saw) == 1
        judge.answers("", 401)
        for target, *fields in (("/x", "Cookie: s=bob"), ("/y", "Cookie: s=ann"), ("/x?a", "Cookie: s=ann"), ("/x",)):
            client.gets(target, *fields).expects(401)
        client.sends("POST /x HTTP/1.1", "Host: shop.test", "Cookie: s=ann", "Content-Length: 0").expects(401)
        client.gets("/x", "Cookie: s=ann").expects(200)
    assert {r.header("X-User-ID") for r in origin.requests} == {"ann"}


@pytest.mark.parametrize("cache", ["private, max-age=60", "no-store", "max-age=60\r\nSet-Cookie: a=b"])
def test_S04_an_answer_that_is_one_users_is_not_remembered(gate, origin, judge, cache):
    gate.routes(routes())
    origin.answers("in")
    judge.answers("", 200, *f"Cache-Control: {cache}".split("\r\n"))
    with gate.connect() as client:
        client.gets("/x").expects(200)
        client.gets("/x").expects(200)
    assert len(judge.saw) == 2


def test_one_asks_for_many(gate, origin, judge):
    gate.routes(routes())
    origin.answers("in")
    asked, go = threading.Event(), threading.Event()
    judge.expects("GET /may").signals(asked).waits_for(go).answers("", 200, "Cache-Control: max-age=60")
    clients = [gate.connect().gets("/x")]
    assert asked.wait(8)
    client = gate.connect()
    judge.answers("", 200, "Cache-Control: max-age=60")  # for the other worker
    clients += [gate.connect().gets("/x") for _ in range(10)]
    client.gets("/x")
    go.set()
    for each in (*clients, client):
        each.expects(200)
    assert len(judge.saw) <= 2


@pytest.mark.parametrize("name, who", [("ann", "somebody"), ("", "nobody")])
def test_an_empty_name_is_nobodys(gate, origin, judge, name, who):
    policy(gate, 'return { response = function(x) x.response.headers["X-Who"] = x.identity and "somebody" or "nobody" end }', "p")
    gate.routes(routes().replace("action: {forward: shop}", "policy: policies/p.lua\n        action: {forward: shop}"))
    origin.answers("in")
    judge.answers("", 200, f"X-User-ID: {name}")
    assert gate.answer("/x").header("X-Who") == who


def test_who_waited_for_an_answer_that_counts_once_asks_at_once(gate, origin, judge):
    gate.routes(routes())
    origin.answers("in")
    first, later = threading.Event(), threading.Event()
    asked = [threading.Event() for _ in range(4)]
    for event, go in zip(asked, (first, later, later, later)):
        judge.expects("GET /may").signals(event).waits_for(go).answers("", 200)
    clients = [gate.connect().gets("/x")]
    assert asked[0].wait(8)
    clients += [gate.connect().gets("/x") for _ in asked[1:]]
    until(lambda: gate.metric("gatehouse_exchanges_open") >= 4, "they wait")
    first.set()
    assert all(event.wait(8) for event in asked), "one waited for another"
    later.set()
    for client in clients:
        client.expects(200)


@pytest.mark.parametrize("more, said", [("send: [Host]", "the gateway itself says 'Host'"),
                                        ("send: [x-forwarded-uri]", "the gateway itself says 'x-forwarded-uri'"),
                                        ('send: ["a b"]', "no header field can be called so")])
def test_what_is_never_sent_is_said(gate, more, said):
    gate.writes(routes(f", {more}").replace("{origin}", "127.0.0.1:1").replace("{judge}", "127.0.0.1:2"))
    assert f"error[wrong-value]: {said}" in gate.command("check", check=1).stderr

"""Limits: what is counted together, what a client is told, and that it holds for all workers (PRODUCT B4)."""

import re

import tokens
from tokens import bearer
from trial import FOLDER, step


def routes(options, before="", workers=1, more=""):
    return f"""
        workers: {workers}
        {more}
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        plugins:
          limit: {{use: rate_limit, with: {{{options}}}}}
          identity: {{use: auth, with: {{chain: [jwt], optional: true, jwt: {{secret: "{tokens.SECRET}"}}}}}}
          strict: {{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}}}}}
        routes:
          - {{name: api, priority: 1, when: {{path: "/api/*"}}, plugins: [{before}limit], action: {{respond: {{status: 200}}}}}}
        default: {{action: {{respond: {{status: 404}}}}}}"""


def statuses(gate, count, *fields, path="/api/x"):
    with gate.connect() as client:
        return [client.gets(path, *fields).expects_any().status for _ in range(count)]


def test_a_client_is_told_how_much_is_left_and_when_to_come_again(gate, origin):
    gate.routes(routes("key: client_ip, rate: 2/min"))
    first = gate.answer("/api/x")
    assert (first.status, first.header("RateLimit-Policy"), first.header("RateLimit")) == (
        200, '"client_ip";q=2;w=60', '"client_ip";r=1;t=30')
    assert gate.answer("/api/x").header("RateLimit").startswith('"client_ip";r=0;t=')
    refused = gate.answer("/api/x")
    assert refused.status == 429
    assert re.fullmatch('"client_ip";r=0;t=(59|60)', refused.header("RateLimit"))
    assert refused.header("Retry-After") in ("29", "30")
    assert gate.record(status=429)["reason"] == "rate_limited"
    assert gate.metric("gatehouse_rate_limit_refused_total") == 1
    assert gate.answer("/elsewhere").header("RateLimit") is None


def test_users_are_counted_one_by_one_and_nobody_by_address(gate, origin):
    gate.routes(routes("key: user, rate: 2/min", before="identity, "))
    for name in ("ann", "bob"):
        assert statuses(gate, 3, bearer(tokens.hs256(user_id=name))) == [200, 200, 429]
    assert statuses(gate, 3) == [200, 200, 429]


def test_claims_and_headers_are_keys(gate, origin):
    gate.routes(routes("key: \"claim:tenant\", rate: 1/min", before="identity, "))
    assert statuses(gate, 2, bearer(tokens.hs256(tenant="a", user_id="ann"))) == [200, 429]
    assert statuses(gate, 1, bearer(tokens.hs256(tenant="a", user_id="bob"))) == [429]
    assert statuses(gate, 1, bearer(tokens.hs256(tenant="b", user_id="bob"))) == [200]
    gate.reload(routes("key: \"header:X-Tenant\", rate: 1/min"))
    assert statuses(gate, 2, "X-Tenant: a") == [200, 429]
    assert statuses(gate, 2, "X-Tenant: b") == [200, 429]


def test_who_sends_a_header_twice_does_not_choose_which_of_them_counts(gate, origin):
    """Targets differ in which of several lines they read: a request is counted by the one that is."""
    gate.routes(routes("key: \"header:X-Tenant\", rate: 1/min"))
    for lines in (("X-Tenant: a", "X-Tenant: b"), ("X-Tenant: b", "x-tenant: a"), ("X-Tenant: a", "X-Tenant: a")):
        assert statuses(gate, 1, *lines) == [400]
    assert origin.saw == []
    assert statuses(gate, 2, "X-Tenant: a") == [200, 429]
    gate.reload(routes("key: \"header:X-Tenant\", rate: 1/min, mode: shadow"))
    assert statuses(gate, 1, "X-Tenant: a", "X-Tenant: b") == [200]


def test_nobody_names_himself_like_the_address_of_another(gate, origin):
    """Whoever has no name is counted by address, whose bytes others can write."""
    gate.routes(routes("key: \"header:X-Tenant\", rate: 1/min", more="trusted_proxies: [127.0.0.0/8]"))
    abcd = "X-Forwarded-For: 65.66.67.68"
    for name in ("ABCD", "iABCD", "aiABCD"):
        assert statuses(gate, 1, f"X-Tenant: {name}") == [200]
    assert statuses(gate, 2, abcd) == [200, 429]


def test_counts_go_on_when_the_limit_changes(gate, origin):
    gate.routes(routes("key: client_ip, rate: 3/hour"))
    assert statuses(gate, 4) == [200, 200, 200, 429]
    gate.reload(routes("key: client_ip, rate: 3/hour, mode: enforce, burst: 3"))
    assert statuses(gate, 1) == [429]


def test_shadow_counts_and_refuses_nobody(gate, origin):
    gate.routes(routes("key: client_ip, rate: 1/min, mode: shadow"))
    assert statuses(gate, 3) == [200, 200, 200]
    assert gate.metric("gatehouse_rate_limit_refused_total") == 2
    assert gate.answer("/api/x").header("RateLimit") is None


def test_workers_count_together(gate, origin):
    gate.routes(routes("key: client_ip, rate: 20/hour", workers=2))
    got = [gate.answer("/api/x").status for _ in range(60)]
    assert got.count(200) == 20


def test_a_sliding_window_lets_its_rate_in_at_once(gate, origin):
    gate.routes(routes("key: client_ip, rate: 3/hour, algorithm: sliding_window"))
    first = gate.answer("/api/x")
    assert (first.status, first.header("RateLimit").split(";")[:2]) == (200, ['"client_ip"', "r=2"])
    assert statuses(gate, 3) == [200, 200, 429]
    assert gate.record(status=429)["reason"] == "rate_limited"


def test_values_of_earlier_steps_are_keys(gate, origin):
    gate.routes(routes("key: \"value:who\", rate: 1/hour", before=step("sets_values", text="ann") + ", ",
                       more=f'plugin_path: ["{FOLDER}"]'))
    assert statuses(gate, 2) == [200, 429]
    gate.reload(routes("key: \"value:who\", rate: 1/hour", before=step("sets_values", text="bob") + ", ",
                       more=f'plugin_path: ["{FOLDER}"]'))
    assert statuses(gate, 2) == [200, 429]


def test_a_policy_is_named_on_answers_that_were_never_counted(gate, origin):
    gate.routes(routes("key: user, rate: 2/min", before="strict, "))
    answer = gate.answer("/api/x")
    assert (answer.status, answer.header("RateLimit-Policy")) == (401, '"user";q=2;w=60')
    assert answer.header("RateLimit") is None


def test_what_is_wrong_is_said(gate):
    for options, message in [
            ("key: ip, rate: 1/s", "header:NAME"), ("key: 'header:X Key', rate: 1/s", "header:NAME"), ("key: user, rate: 1/m", "a rate is"),
            ("key: user, rate: 1/s, store: redis", "there is no store 'redis'"),
            ("key: user", "a limit is a rate, a concurrency, or both"),
            ("key: user, burst: 3, concurrency: 2", "a burst belongs to a rate"),
            ("key: user, rate: 1/day, burst: 1000000", "more than a hundred years"),
            ("key: user, rate: 1/s, burst: 2, algorithm: sliding_window", "has no burst"),
            ("key: user, rate: 100001/s, algorithm: sliding_window", "counts to 100000"),
            ("key: user, rate: 1000001/s, store: redis", "at most 1000000/s"),
            ("key: user, concurrency: 3, store: redis", "counts by itself what is under way")]:
        gate.writes(routes(options).replace("{origin}", "127.0.0.1:1"))
        done = gate.command("check", "-c", str(gate.file), check=1)
        assert message in done.stdout + done.stderr, done.stdout + done.stderr
    gate.writes(routes("key: user, rate: 1/s").replace("{origin}", "127.0.0.1:1"))
    assert "needs to know who the client is" in gate.command("check", "-c", str(gate.file), check=0).stdout

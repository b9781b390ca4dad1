"""Limits that gateways share through Redis: one count, and what happens while Redis is away."""

import subprocess
import time
from pathlib import Path

import pytest

from gateway import Gateway
from patience import until


def routes(options, workers=1, timeout="1s", more=""):
    return f"""
        workers: {workers}
        stores: {{redis: {{url: "redis://{{redis}}", timeout: {timeout}}}}}
        routes:
          - name: api
            priority: 1
            when: {{path: "/*"}}
            plugins:
              - {{use: rate_limit, with: {{store: redis, {options}}}}}
            action: {{respond: {{status: 200}}}}
          {more}"""


def connected(gate, count=1):
    gate.waits_for_metric("gatehouse_redis_connections_open", count)


def statuses(gate, count):
    with gate.connect() as client:
        return [client.gets("/").expects_any().status for _ in range(count)]


@pytest.fixture
def other(tmp_path, wire_log, names):
    """A second gateway, with a file of its own."""
    folder = tmp_path / "other"
    folder.mkdir()
    gateway = Gateway(folder, wire_log, names)
    yield gateway
    gateway.close()


@pytest.mark.parametrize("algorithm", ["gcra", "sliding_window"])
def test_two_gateways_count_together_though_their_files_differ(gate, other, redis, algorithm):
    options = f"key: client_ip, rate: 10/hour, algorithm: {algorithm}"
    gate.routes(routes(options))
    other.routes(routes(options + ", mode: enforce, on_store_failure: open", more="""
          - {name: elsewhere, priority: 2, action: {respond: {status: 200}}}"""))
    connected(gate)
    connected(other)
    assert statuses(gate, 6) == [200] * 6
    assert statuses(other, 6) == [200] * 4 + [429] * 2
    refused = gate.answer("/")
    assert (refused.status, refused.header("RateLimit").split(";")[1]) == (429, "r=0")
    # A window, and of the next one the time until one fits beside what is left of this one.
    assert 1 <= int(refused.header("Retry-After")) <= 3960
    assert refused.header("RateLimit-Policy") == '"client_ip";q=10;w=3600'
    # A limit is one call; its script is sent once.
    assert (redis.calls("evalsha"), redis.calls("eval")) == (13, 1)


def test_never_more_than_the_rate_and_a_burst_under_load(gate, other, redis):
    rate, burst = 200, 50
    for each in (gate, other):
        each.routes(routes(f"key: route, rate: {rate}/s, burst: {burst}", workers=2, timeout="10s"))
        connected(each, 2)
    began = time.monotonic()
    load = [subprocess.Popen(["wrk", "-t1", "-c16", "-d1s", f"http://127.0.0.1:{each.port}/"],
                             stdout=subprocess.DEVNULL) for each in (gate, other)]
    assert [each.wait() for each in load] == [0, 0]
    for each in (gate, other):
        each.waits_for_metric("gatehouse_exchanges_open", 0)
    took = time.monotonic() - began
    admitted = sum(each.metric("gatehouse_rate_limit_admitted_total") for each in (gate, other))
    refused = sum(each.metric("gatehouse_rate_limit_refused_total") for each in (gate, other))
    assert burst < admitted <= rate * took + burst
    assert refused > 0
    assert sum(each.metric("gatehouse_rate_limit_store_failures_total") for each in (gate, other)) == 0


@pytest.mark.parametrize("then, expected", [("open", [200] * 4), ("closed", [503] * 4),
                                            ("local", [200, 200, 429, 429])])
def test_the_file_says_what_happens_while_redis_is_away(gate, redis, then, expected):
    gate.routes(routes(f"key: client_ip, rate: 2/hour, on_store_failure: {then}"))
    connected(gate)
    redis.dies()
    connected(gate, 0)
    assert statuses(gate, 4) == expected
    assert gate.metric("gatehouse_rate_limit_store_failures_total") == 4
    if then == "closed":
        answer = gate.answer("/")
        assert (answer.reason, answer.header("Retry-After")) == ("store_unavailable", "2")
    redis.starts()
    connected(gate)
    # What passed meanwhile is not forgotten by a gateway that counted it.
    assert statuses(gate, 3) == ([429] * 3 if then == "local" else [200, 200, 429])


def test_what_redis_admitted_counts_when_it_goes_away(gate, redis):
    gate.routes(routes("key: client_ip, rate: 3/hour, on_store_failure: local"))
    connected(gate)
    assert statuses(gate, 2) == [200, 200]
    redis.dies()
    connected(gate, 0)
    assert statuses(gate, 2) == [200, 429]


def test_redis_that_hangs_costs_its_timeout_once(gate, redis):
    gate.routes(routes("key: client_ip, rate: 100/hour, on_store_failure: closed", timeout="50ms"))
    connected(gate)
    assert gate.answer("/").status == 200
    redis.hangs()
    assert [gate.answer("/").reason for _ in range(3)] == [
        "store_timeout", "store_unavailable", "store_unavailable"]
    redis.goes_on()
    connected(gate)
    assert gate.answer("/").status == 200


def test_redis_that_lost_its_scripts_is_sent_them_again(gate, redis):
    gate.routes(routes("key: client_ip, rate: 2/hour"))
    connected(gate)
    assert gate.answer("/").status == 200
    redis.dies()
    connected(gate, 0)
    redis.starts()
    connected(gate)
    assert statuses(gate, 3) == [200, 200, 429]
    assert (redis.calls("evalsha"), redis.calls("eval")) == (3, 1)


def test_shadow_refuses_nobody_whatever_redis_does(gate, redis):
    gate.routes(routes("key: client_ip, rate: 1/hour, mode: shadow"))
    connected(gate)
    assert statuses(gate, 3) == [200] * 3
    redis.dies()
    connected(gate, 0)
    assert statuses(gate, 2) == [200] * 2
    assert gate.metric("gatehouse_rate_limit_refused_total") == 2


def test_what_redis_holds_is_no_key_of_a_client_and_goes_by_itself(gate, redis):
    gate.routes(routes("key: \"header:X-Key\", rate: 1/s"))
    connected(gate)
    assert gate.answer("/", "X-Key: secret").status == 200
    assert gate.answer("/", "X-Key: secret").status == 429
    assert "secret" not in redis.asks("KEYS *")
    assert "gatehouse:limit:api/rate_limit:g:" in redis.asks("KEYS *")
    until(lambda: gate.answer("/", "X-Key: secret").status == 200, "never admitted again")
    until(lambda: redis.asks("KEYS *") == "*0", "the key stays")


def test_a_store_of_another_name_is_said_as_the_gateway_says_it_without_the_plugin(gate):
    """The row of tests/contract/broken for a file that is read without plugins has the same words."""
    gate.writes(routes("key: client_ip, rate: 1/s").replace("store: redis", "store: reddis").replace("{redis}", "127.0.0.1:1"))
    said = gate.command("check", check=1).stderr
    assert "error[unknown-store]: there is no store 'reddis'\n" in said and "hint: did you mean 'redis'?" in said
    rows = (Path(__file__).parents[2] / "contract/broken/wrong_values.txt").read_text()
    assert "error[unknown-store]: there is no store 'reddis'\n" in rows

"""pool: how many connections there are, who waits, for how long (examples/routes.yaml)."""

import threading

from patience import until


def shop(pool):
    return f"""
        target_groups: {{shop: {{targets: ["{{origin}}"], pool: {pool}}}}}
        default: {{action: {{forward: shop}}}}"""


def test_a_request_waits_for_a_connection_of_a_full_pool(gate, origin):
    gate.routes(shop("{connections: 1, queue: {size: 10, wait: 5s}}"))
    go = threading.Event()
    origin.expects("GET /first").waits_for(go).answers("first")
    origin.expects("GET /second").answers("second")
    first = gate.connect().gets("/first")
    origin.request()
    second = gate.connect().gets("/second")
    gate.waits_for_metric("gatehouse_group_queued_total", 1, group="shop")
    assert origin.saw == ["GET /first"]
    go.set()
    first.expects(200, body="first")
    second.expects(200, body="second")
    assert origin.connections == 1


def test_who_waits_too_long_gets_a_503(gate, origin):
    gate.routes(shop("{connections: 1, queue: {size: 10, wait: 200ms}}"))
    go = threading.Event()
    origin.expects("GET /first").waits_for(go).answers("first")
    first = gate.connect().gets("/first")
    origin.request()
    gate.connect().gets("/second").expects(503, reason="pool_timeout")
    go.set()
    first.expects(200)
    assert gate.metric("gatehouse_group_queue_timeouts_total", group="shop") == 1


def test_a_full_queue_refuses_at_once(gate, origin):
    gate.routes(shop("{connections: 1, queue: {size: 1, wait: 10s}}"))
    go = threading.Event()
    origin.expects("GET /first").waits_for(go).answers("first")
    origin.expects("GET /waits").answers("waited")
    first = gate.connect().gets("/first")
    origin.request()
    waits = gate.connect().gets("/waits")
    gate.waits_for_metric("gatehouse_group_queued_total", 1, group="shop")
    gate.connect().gets("/too-many").expects(503, reason="pool_full")
    go.set()
    first.expects(200)
    waits.expects(200, body="waited")
    assert gate.metric("gatehouse_group_queue_full_total", group="shop") == 1


def test_per_target_bounds_requests_at_once(gate, origin):
    gate.routes(shop("{per_target: 2, queue: {size: 10, wait: 5s}}"))
    go = threading.Event()
    for i in range(3):
        origin.expects(f"GET /{i}").waits_for(go).answers("ok")
    clients = [gate.connect().gets(f"/{i}") for i in range(3)]
    gate.waits_for_metric("gatehouse_group_queued_total", 1, group="shop")
    origin.request(1)
    assert len(origin.saw) == 2
    go.set()
    for client in clients:
        client.expects(200)


def test_a_client_that_leaves_the_queue_leaves_no_gap(gate, origin):
    gate.routes(shop("{connections: 1, queue: {size: 10, wait: 10s}}"))
    go = threading.Event()
    origin.expects("GET /first").waits_for(go).answers("first")
    origin.expects("GET /last").answers("last")
    first = gate.connect().gets("/first")
    origin.request()
    gone = gate.connect().gets("/gone")
    gate.waits_for_metric("gatehouse_group_queued_total", 1, group="shop")
    gone.resets()
    gate.waits_for_metric("gatehouse_connections_open", 1)
    last = gate.connect().gets("/last")
    go.set()
    first.expects(200)
    last.expects(200, body="last")
    assert "GET /gone" not in origin.saw


def test_targets_take_turns_by_weight(gate, origins):
    for name in ("a", "b"):
        origins(name).answers(name)
    gate.routes("""
        target_groups:
          shop: {targets: [{address: "{a}", weight: 3}, {address: "{b}", weight: 1}]}
        default: {action: {forward: shop}}""")
    got = [gate.answer().text for _ in range(8)]
    assert sorted(got) == ["a"] * 6 + ["b"] * 2
    assert "b" in got[:4], "smooth: the lighter one is not left to the end"


def test_a_weight_of_zero_takes_nothing(gate, origins):
    for name in ("a", "b"):
        origins(name).answers(name)
    gate.routes("""
        target_groups:
          shop: {targets: [{address: "{a}", weight: 0}, {address: "{b}", weight: 1}]}
        default: {action: {forward: shop}}""")
    assert {gate.answer().text for _ in range(6)} == {"b"}


def test_groups_share_by_weight(gate, origins):
    for name in ("a", "b"):
        origins(name).answers(name)
    gate.routes("""
        target_groups: {one: {targets: ["{a}"]}, two: {targets: ["{b}"]}}
        default: {action: {forward: {one: 3, two: 1}}}""")
    client, got = gate.connect(), []
    for _ in range(400):
        got.append(client.gets("/").expects(200).text)
    assert 240 < got.count("a") < 360, got.count("a")


def test_a_kept_connection_that_the_target_closes_is_replaced(gate, origin):
    gate.routes(shop("{idle: 4}"))
    origin.expects("GET /1").answers("one").then_closes()
    origin.answers("more")
    client = gate.connect()
    client.gets("/1").expects(200, body="one")
    until(lambda: gate.metric("gatehouse_upstream_connections_open") == 0, "a dead connection is kept")
    client.gets("/2").expects(200, body="more")


def test_connections_kept_on_one_worker_do_not_keep_the_others_from_theirs(gate, origin):
    gate.routes(shop("{connections: 1, queue: {size: 10, wait: 5s}}") + """
        workers: 4""")
    for i in range(40):
        origin.expects(f"GET /{i}").answers("ok")
        gate.connect().gets(f"/{i}").expects(200)
    assert gate.metric("gatehouse_group_queue_timeouts_total", group="shop") == 0

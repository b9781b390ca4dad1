"""What /metrics counts (docs/operations.md)."""

SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    routes: [{name: things, priority: 5, when: {path: "/things/*"}, action: {forward: shop}}]
    default: {action: {respond: {status: 404}}}"""


def test_each_rule_group_and_target_counts_its_own(gate, origin):
    gate.routes(SHOP)
    origin.answers("hi")
    for _ in range(3):
        gate.answer("/things/1")
    gate.answer("/else")
    gate.waits_for_metric("gatehouse_requests_total", 4)
    assert gate.metric("gatehouse_rule_requests_total", rule="things", status="2xx") == 3
    assert gate.metric("gatehouse_rule_requests_total", rule="default", status="4xx") == 1
    assert gate.metric("gatehouse_group_requests_total", group="shop", status="2xx") == 3
    assert gate.metric("gatehouse_target_requests_total", target=origin.address) == 3
    assert gate.metric("gatehouse_target_connects_total", target=origin.address) == 1
    assert gate.metric("gatehouse_target_reuses_total", target=origin.address) == 2
    assert gate.metric("gatehouse_upstream_connects_total") == 1
    assert gate.metric("gatehouse_upstream_reuses_total") == 2
    assert gate.metric("gatehouse_target_idle", target=origin.address) == 1
    assert gate.metric("gatehouse_target_in_flight", target=origin.address) == 0
    assert gate.metric("gatehouse_upstream_connections_open") == 1
    assert gate.metric("gatehouse_rule_duration_seconds_count", rule="things") == 3
    assert gate.metric("gatehouse_target_response_seconds_count", target=origin.address) == 3


def test_bytes_are_counted_on_both_sides(gate, origin):
    gate.routes(SHOP)
    origin.answers("x" * 1000)
    answer = gate.answer("/things/big")
    gate.waits_for_metric("gatehouse_requests_total", 1)
    head = sum(len(n) + len(v) + 4 for n, v in answer.fields)
    assert gate.metric("gatehouse_downstream_sent_bytes_total") >= 1000 + head
    assert gate.metric("gatehouse_upstream_received_bytes_total") > 1000
    assert gate.metric("gatehouse_upstream_sent_bytes_total") > 100
    assert gate.metric("gatehouse_downstream_received_bytes_total") > 30


def test_a_refused_request_is_counted_by_its_reason(gate):
    gate.routes("default: {action: {respond: {status: 204}}}")
    gate.connect().sends_bytes(b"GET / HTTP/1.1\nHost: a\n\n").expects_any()
    gate.waits_for_metric("gatehouse_requests_total", 1)
    record = gate.records()[0]
    assert gate.metric("gatehouse_exchanges_total", reason=record["reason"]) == 1
    assert gate.metric("gatehouse_bugs_total") == 0


def test_a_target_that_leaves_the_file_takes_its_series_with_it(gate, origin):
    gate.routes(SHOP)
    origin.answers("hi")
    gate.answer("/things/1")
    gate.waits_for_metric("gatehouse_target_requests_total", 1, target=origin.address)
    gate.reload("default: {action: {respond: {status: 204}}}")
    gate.waits_for_metric("gatehouse_target_requests_total", None, target=origin.address)
    gate.waits_for_metric("gatehouse_upstream_connections_open", 0)

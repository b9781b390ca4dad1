"""limits.connections and limits.connections_per_address: who is one too many is closed at once."""

from patience import until

ANSWER = "default: {action: {respond: {status: 200, body: hi}}}"


def listener(gate, limits):
    return f"""
        listeners: {{public: {{address: "127.0.0.1:{gate.port}", limits: {limits}}}}}
        {ANSWER}"""


def test_the_listener_takes_no_more_than_its_limit(gate):
    gate.routes(listener(gate, "{connections: 2}"))
    first, second = gate.connect(), gate.connect()
    first.gets("/").expects(200)
    second.gets("/").expects(200)
    gate.connect().expects_closed()
    gate.waits_for_event("connection_limit")
    gate.waits_for_metric("gatehouse_connections_refused_total", 1)
    first.closes()
    gate.waits_for_metric("gatehouse_connections_open", 1)
    gate.connect().gets("/").expects(200)


def test_an_address_takes_no_more_than_its_share(gate):
    gate.routes(listener(gate, "{connections_per_address: 2}"))
    kept = [gate.connect().gets("/") for _ in range(2)]
    for client in kept:
        client.expects(200)
    gate.connect().expects_closed()
    gate.waits_for_metric("gatehouse_connections_refused_per_address_total", 1)
    gate.connect(source="127.0.0.2").gets("/").expects(200)
    kept[0].closes()
    gate.waits_for_metric("gatehouse_connections_open", 2)
    gate.connect().gets("/").expects(200)


def test_the_gauges_come_back_to_zero(gate):
    gate.routes(ANSWER)
    clients = [gate.connect().gets("/") for _ in range(20)]
    for client in clients:
        client.expects(200)
    assert gate.metric("gatehouse_connections_open") == 20
    for client in clients:
        client.closes()
    until(lambda: gate.metric("gatehouse_connections_open") == 0, "connections stay open")
    assert gate.metric("gatehouse_exchanges_open") == 0
    assert gate.metric("gatehouse_buffers_lent_bytes") == 0

"""Targets that are dead, silent, or come back: the right status and reason, the others are served."""

import socket
import threading

import others
from origin import Origin
from patience import until
from transcript import Transcript

SHOP = f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
    timeouts: {{response: 300ms}}
    routes: [{others.FINE}]
    default: {{action: {{forward: shop}}}}"""


def test_when_all_targets_are_dead_everybody_hears_it_at_once(gate, dead):
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{{dead}}", "{{dead}}", "{{dead}}"]}}}}
        routes: [{others.FINE}]
        default: {{action: {{forward: shop}}}}""")
    for _ in range(20):
        gate.connect().gets("/").expects(502, reason="target_unreachable")
        others.are_served(gate)
    assert gate.metric("gatehouse_exchanges_total", reason="target_unreachable") == 20


def test_a_target_that_takes_no_connection_is_a_504(gate, names):
    """Its queue is full: the system answers nothing to a connect."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        address = sock.getsockname()
        names["full"] = "%s:%d" % address
        fill = []
        for _ in range(4):
            fill.append(socket.socket())
            fill[-1].setblocking(False)
            fill[-1].connect_ex(address)
        gate.routes(f"""
            target_groups: {{shop: {{targets: ["{{full}}"], timeouts: {{connect: 300ms}}}}}}
            routes: [{others.FINE}]
            default: {{action: {{forward: shop}}}}""")
        waiting = gate.connect().gets("/")
        others.are_served(gate)
        waiting.expects(504, reason="target_connect_timeout")
        for each in fill:
            each.close()


def test_an_origin_that_accepts_and_never_answers_is_a_504(gate, origin):
    gate.routes(SHOP)
    for number in range(50):
        origin.expects(f"POST /{number}").never_answers()
    clients = [gate.connect().sends(f"POST /{number} HTTP/1.1", "Host: a", "Content-Length: 0")
               for number in range(50)]
    others.are_served(gate)
    for client in clients:
        client.expects(504, reason="target_timeout")
    gate.waits_for_metric("gatehouse_upstream_connections_open", 0)


def test_an_origin_that_dies_in_the_middle_of_bodies_breaks_those_and_no_other(gate, origin):
    gate.routes(SHOP)
    go = threading.Event()
    for number in range(30):
        script = origin.expects(f"GET /{number}")
        head = "Content-Length: 100" if number % 2 else "Transfer-Encoding: chunked"
        script.sends("HTTP/1.1 200 OK", head, "", "5\r\nhello\r\n").waits_for(go)
        script.then_closes() if number % 3 else script.then_resets()
    clients = [gate.connect().gets(f"/{number}") for number in range(30)]
    for client in clients:
        client.expects_head(200)
    go.set()
    for client in clients:
        client.expects_truncated()
    others.are_served(gate)
    records = [r for r in gate.records(31) if r["path"] != "/fine"]
    assert {r["reason"] for r in records} <= {"target_truncated", "target_reset"}
    assert len(records) == 30
    gate.waits_for_metric("gatehouse_exchanges_open", 0)


def test_a_target_that_dies_and_comes_back_is_used_again(gate, origin):
    gate.routes(SHOP)
    origin.answers("alive")
    assert gate.answer().text == "alive"
    origin.refuses()
    for wire in origin.wires:
        wire.close()
    until(lambda: gate.answer().status == 502, "a dead target still answers")
    others.are_served(gate)
    back = Origin("back", Transcript(), ("127.0.0.1", origin.port))
    back.answers("back")
    until(lambda: gate.answer().text == "back", "the target is not used again")
    back.stop()


def test_many_clients_that_reset_leave_nothing_behind(gate, origin):
    gate.routes(SHOP.replace("300ms", "30s"))
    go = threading.Event()
    for number in range(50):
        origin.expects(f"GET /{number}").waits_for(go)
    clients = [gate.connect().gets(f"/{number}") for number in range(50)]
    until(lambda: len(origin.requests) == 50, "not all requests came through")
    for client in clients:
        client.resets()
    for gauge in ("connections_open", "exchanges_open", "upstream_connections_open"):
        gate.waits_for_metric(f"gatehouse_{gauge}", 0)
    go.set()
    assert gate.metric("gatehouse_exchanges_total", reason="client_reset") == 50


def test_a_target_that_talks_before_it_is_asked_is_not_believed(gate, origin):
    """Its bytes would answer the next request that uses the connection."""
    gate.routes(SHOP)
    origin.expects("GET /first").answers("first").sends("HTTP/1.1 200 OK", "Content-Length: 6", "",
                                                        "poison")
    origin.expects("GET /second").answers("second")
    client = gate.connect()
    client.gets("/first").expects(200, body="first")
    # What arrives after the next request was sent would be its answer as far as anybody can tell.
    origin.waits_for_end()
    client.gets("/second").expects(200, body="second")

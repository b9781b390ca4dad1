"""Something is broken around the gateway: the others are served, with the right status and reason."""

import signal
import subprocess
import threading

from client import milliseconds_of
from patience import until

FINE = "{name: fine, priority: 1, when: {path: /fine}, action: {respond: {status: 200, body: fine}}}"


def is_served(gate, within_ms=1000):
    took = milliseconds_of(lambda: gate.answer("/fine").text == "fine")
    assert took < within_ms or gate.slow, f"the others waited {took:.0f} ms"


def test_a_name_without_an_address_is_a_503_of_its_own(gate):
    gate.routes(f"""
        target_groups: {{lost: {{targets: ["no-such-host.invalid:80"]}}}}
        routes: [{FINE}]
        default: {{action: {{forward: lost}}}}""")
    gate.waits_for_event("name_unresolved")
    gate.connect().gets("/").expects(503, reason="target_unresolved")
    is_served(gate)


def test_a_name_that_has_an_address_is_used(gate, origin):
    origin.answers("by name")
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["localhost:{origin.port}"]}}}}
        default: {{action: {{forward: shop}}}}""")
    gate.waits_for_event("target_resolved")
    until(lambda: gate.answer().text == "by name", "the name never led to the target")


def test_out_of_descriptors_clients_wait_and_the_open_ones_are_served(gate):
    gate.prefix = ["prlimit", "--nofile=64:64"]
    gate.routes(f"routes: [{FINE}]\ndefault: {{action: {{respond: {{status: 204}}}}}}")
    first = gate.connect()
    first.gets("/fine").expects(200)
    crowd = [gate.connect() for _ in range(80)]
    until(lambda: gate.events("accept_paused"), "it never ran out of descriptors")
    first.gets("/fine").expects(200, body="fine")
    for client in crowd:
        client.closes()
    until(lambda: gate.answer("/fine").status == 200, "it does not accept again")
    assert gate.metric("gatehouse_accept_pauses_total") >= 1


def test_a_full_disk_under_the_log_costs_records_not_requests(gate):
    gate.allows_error("access_log_failed")
    gate.routes(f"""
        access_log: {{path: /dev/full}}
        routes: [{FINE}]
        default: {{action: {{respond: {{status: 204}}}}}}""")
    for _ in range(50):
        assert gate.answer("/fine").text == "fine"
    until(lambda: gate.metric("gatehouse_access_log_failed_total") >= 50, "lost records not counted")
    assert gate.waits_for_event("access_log_failed")["path"] == "/dev/full"


def test_a_log_folder_that_is_missing_is_said_at_start(gate):
    gate.writes(f"access_log: {{path: /no/such/folder/access.log}}\nroutes: [{FINE}]\n"
                "default: {action: {respond: {status: 204}}}")
    done = gate.command("run", "-c", str(gate.file), check=1)
    assert "/no/such/folder/access.log" in done.stderr and "is the folder there" in done.stderr


def test_an_origin_that_accepts_and_never_answers_is_a_504(gate, origin):
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        timeouts: {{response: 300ms}}
        routes: [{FINE}]
        default: {{action: {{forward: shop}}}}""")
    silent = [origin.expects(f"POST /{i}").never_answers() for i in range(5)]
    clients = [gate.connect().sends(f"POST /{i} HTTP/1.1", "Host: a", "Content-Length: 0")
               for i in range(5)]
    is_served(gate)
    for client in clients:
        client.expects(504, reason="target_timeout")
    assert len(silent) == 5


def test_a_thousand_slow_clients_cost_the_others_nothing(gate):
    gate.routes(f"""
        timeouts: {{request_header: 2s}}
        routes: [{FINE}]
        default: {{action: {{respond: {{status: 204}}}}}}""")
    slow = [gate.connect() for _ in range(1000)]
    for client in slow:
        client.sends_bytes(b"G")
    is_served(gate)
    assert gate.metric("gatehouse_connections_open") >= 1000
    for client in slow[::100]:
        client.expects(408, reason="request_header_timeout")
    gate.waits_for_metric("gatehouse_connections_open", 0)


def test_killed_under_load_it_serves_again_and_loses_only_what_was_open(gate, origin):
    """wrk in front, kill -9 of the serving process in the middle."""
    gate.allows_error("serving_died")
    origin.answers("hi")
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    load = subprocess.Popen(["wrk", "-t1", "-c16", "-d3s", f"http://127.0.0.1:{gate.port}/"],
                            stdout=subprocess.PIPE, text=True)
    gate.waits_for_metric("gatehouse_connections_open", 16)
    import os
    os.kill(gate.serving_pid(), signal.SIGKILL)
    gate.waits_for_event("serving_restarted")
    until(lambda: gate.metric("gatehouse_requests_total") > 100, "no load after the crash")
    out, _ = load.communicate()
    assert "Non-2xx" not in out, out


def test_a_target_that_dies_and_comes_back_is_used_again(gate, origin):
    from origin import Origin
    from transcript import Transcript
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    origin.answers("alive")
    assert gate.answer().text == "alive"
    origin.refuses()
    for wire in origin.wires:
        wire.close()
    until(lambda: gate.answer().status == 502, "a dead target still answers")
    back = Origin("back", Transcript(), ("127.0.0.1", origin.port))
    back.answers("back")
    until(lambda: gate.answer().text == "back", "the target is not used again")
    back.stop()


def test_many_clients_that_reset_leave_nothing_behind(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    go = threading.Event()
    for i in range(50):
        origin.expects(f"GET /{i}").waits_for(go)
    clients = [gate.connect().gets(f"/{i}") for i in range(50)]
    until(lambda: len(origin.requests) == 50, "not all requests came through")
    for client in clients:
        client.resets()
    gate.waits_for_metric("gatehouse_connections_open", 0)
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    gate.waits_for_metric("gatehouse_upstream_connections_open", 0)
    go.set()
    assert gate.metric("gatehouse_exchanges_total", reason="client_reset") == 50

"""`ulimit -n` is used up: who is open is served, the others wait; nothing spins."""

import os
import signal
import time

import pytest

import others
from patience import until
from process import descriptors

PLAIN = f"routes: [{others.FINE}]\ndefault: {{action: {{respond: {{status: 204}}}}}}"


def test_clients_wait_and_the_open_ones_are_served(gate):
    gate.prefix = ["prlimit", "--nofile=64:64"]
    gate.routes(PLAIN)
    gate.waits_for_event("serving_started")  # it has opened all that it needs itself
    first = gate.connect()
    first.gets("/fine").expects(200)
    crowd = [gate.connect() for _ in range(80)]
    gate.waits_for_event("accept_paused")
    first.gets("/fine").expects(200, body="fine")
    for client in crowd:
        client.closes()
    until(lambda: gate.answer("/fine").status == 200, "it does not accept again")
    assert gate.metric("gatehouse_accept_pauses_total") >= 1


def test_it_does_not_spin_while_it_waits(gate):
    gate.prefix = ["prlimit", "--nofile=64:64"]
    gate.routes(PLAIN)
    gate.waits_for_event("serving_started")  # it has opened all that it needs itself
    crowd = [gate.connect() for _ in range(80)]
    gate.waits_for_event("accept_paused")

    def cpu_seconds():
        with open(f"/proc/{gate.serving_pid()}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    before, began = cpu_seconds(), time.monotonic()
    until(lambda: time.monotonic() - began > 1, "time stands still")
    assert cpu_seconds() - before < 0.2 or gate.slow
    for client in crowd:
        client.closes()


def test_a_target_that_cannot_be_connected_to_for_want_of_one_is_a_503(gate, origin):
    gate.prefix = ["prlimit", "--nofile=64:64"]
    origin.answers("hi")
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        routes: [{others.FINE}]
        default: {{action: {{forward: shop}}}}""")
    gate.waits_for_event("serving_started")
    first = gate.connect()
    first.gets("/fine").expects(200)
    crowd = [gate.connect() for _ in range(80)]
    gate.waits_for_event("accept_paused")
    first.gets("/").expects(503, reason="gateway_full")
    first.gets("/fine").expects(200, body="fine")
    for client in crowd:
        client.closes()
    until(lambda: gate.answer().status == 200, "it does not recover")
    first.gets("/").expects(200, body="hi")


@pytest.mark.parametrize("left", [1, 5])
def test_more_workers_than_there_are_descriptors_for_are_refused(gate, left):
    """And no listening socket is left behind that nobody accepts from."""
    gate.allows_error("config_refused")
    gate.prefix = ["prlimit", "--nofile=64:64"]
    gate.routes("workers: 1\n" + PLAIN)
    first = gate.connect()
    first.gets("/fine").expects(200)
    crowd = []
    while (open_ones := descriptors(gate.serving_pid())) < 64 - left:
        crowd.append(gate.connect())
        until(lambda: descriptors(gate.serving_pid()) > open_ones, "it does not accept")
    gate.writes("workers: 3\n" + PLAIN)
    gate.process.send_signal(signal.SIGHUP)
    assert "no descriptors are left" in gate.waits_for_event("config_refused")["first"]
    first.gets("/fine").expects(200, body="fine")
    for client in crowd:
        client.closes()
    until(lambda: descriptors(gate.serving_pid()) < 40, "they stay open")
    for _ in range(20):
        assert gate.answer("/fine").status == 200

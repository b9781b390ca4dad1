"""A crash is answered by a restart; the listening sockets stay open."""

import os
import resource
import signal
import threading

import pytest

from patience import until
from process import stops

ONE = "default: {action: {respond: {status: 200, body: one}}}"


def kills(gate):
    """Kills the serving process and waits for its successor; the event that tells of it."""
    count = len(gate.events("serving_restarted"))
    os.kill(gate.serving_pid(), signal.SIGKILL)
    return gate.waits_for_event("serving_restarted", count + 1)


@pytest.fixture(autouse=True)
def _may_die(gate):
    gate.allows_error("serving_died")


def test_a_killed_serving_process_is_replaced_within_100_ms(gate):
    gate.routes(ONE)
    first = gate.serving_pid()
    event = kills(gate)
    assert event["milliseconds"] <= 100 or gate.slow
    assert gate.serving_pid() != first
    assert gate.answer().text == "one"


def test_a_death_is_seen_though_who_started_the_gateway_ignores_those_of_children(gate):
    gate.prefix = ["env", "--ignore-signal=CHLD"]
    gate.routes(ONE)
    kills(gate)
    assert gate.answer().text == "one"
    assert gate.stop() == 0


def test_a_long_file_makes_a_restart_no_slower_than_100_ms(gate):
    rules = "\n".join(f'  - {{name: r{i}, priority: {i}, when: {{path: "/r{i}/*"}}, '
                      f"action: {{respond: {{status: 204}}}}}}" for i in range(1, 201))
    gate.routes(f"routes:\n{rules}\n{ONE}")
    assert kills(gate)["milliseconds"] <= 100 or gate.slow


class Connects(threading.Thread):
    """Connects again and again until told to stop; one connection at a time."""

    def __init__(self, gate):
        super().__init__(daemon=True)
        self.gate, self.stop = gate, threading.Event()
        self.refused, self.lost, self.served = [], 0, 0
        self.start()

    def run(self):
        while not self.stop.is_set():
            try:
                client = self.gate.connect()
            except OSError as error:
                self.refused.append(repr(error))
                continue
            try:
                client.gets("/", "Connection: close").expects(200)
                self.served += 1
            except (OSError, AssertionError):
                self.lost += 1  # the process died that had accepted it
            client.closes()


@pytest.mark.parametrize("workers", [1, 3])
def test_connects_in_a_loop_are_served_by_the_successor(gate, workers):
    """Who connects in between waits in the sockets' queues; only what a dead process had accepted
    is lost: one connection of each loop at each crash."""
    gate.routes(f"workers: {workers}\n{ONE}")
    loops = [Connects(gate) for _ in range(4)]
    crashes = 5
    for _ in range(crashes):
        kills(gate)
        before = [loop.served for loop in loops]
        until(lambda: all(l.served > b + 3 for l, b in zip(loops, before)),
              "somebody was not served after the crash")
    for loop in loops:
        loop.stop.set()
        loop.join()
    assert not [r for loop in loops for r in loop.refused]
    assert all(loop.lost <= crashes for loop in loops), [loop.lost for loop in loops]


def test_what_waits_in_the_queues_is_served(gate):
    """Connects come while no process is there at all: the supervisor holds the sockets."""
    gate.routes(f"workers: 2\n{ONE}")
    serving = gate.serving_pid()
    stops(serving)  # so that it accepts nothing
    clients = [gate.connect().gets("/") for _ in range(100)]
    os.kill(serving, signal.SIGKILL)
    for client in clients:
        client.expects(200, body="one")


def test_a_process_that_keeps_dying_soon_is_started_later_and_later_but_goes_on(gate):
    gate.routes(ONE)
    waits = [kills(gate)["milliseconds"] for _ in range(7)]
    assert gate.answer().text == "one"
    assert not gate.events("gave_up")
    assert max(waits) < 1500 or gate.slow, waits


@pytest.mark.plain
def test_who_dies_again_and_again_at_start_is_given_up_with_the_cause(gate):
    """No memory for a successor: the dynamic loader cannot even map the libraries."""
    gate.allows_error("gave_up")
    gate.routes(ONE)
    resource.prlimit(gate.process.pid, resource.RLIMIT_AS, (8 << 20, 8 << 20))
    os.kill(gate.serving_pid(), signal.SIGKILL)
    assert gate.ends() == 1
    event = gate.event("gave_up")
    assert event["deaths"] == 5
    assert event["cause"] in ("exit code 127", "signal 9 (Killed)", "signal 11 (Segmentation fault)")

"""Starting, stopping, crashing, being told by signals (PRODUCT A6, issue 3, 6)."""

import os
import signal
import threading
import time

from client import milliseconds_of
from patience import until

ONE = "default: {action: {respond: {status: 200, body: one}}}"
SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    timeouts: {drain: {drain}}
    default: {action: {forward: shop}}"""


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_listens_within_a_second_and_ends_within_one(gate):
    assert milliseconds_of(lambda: gate.routes(ONE)) < 1000 or gate.slow
    gate.answer()
    assert milliseconds_of(lambda: gate.stop()) < 1000 or gate.slow


def test_sigterm_waits_for_what_is_under_way(gate, origin):
    gate.routes(SHOP.replace("{drain}", "10s"))
    go = threading.Event()
    origin.expects("GET /slow").waits_for(go).answers("worth the wait")
    origin.expects("GET /first").answers("one")
    busy, idle = gate.connect().gets("/slow"), gate.connect()
    idle.gets("/first").expects(200, body="one")  # so it has been accepted
    origin.request(1)
    gate.process.send_signal(signal.SIGTERM)
    idle.expects_closed()
    event = gate.waits_for_event("draining")
    assert event["connections"] == 2
    go.set()
    answer = busy.expects(200, body="worth the wait")
    assert answer.header("Connection") == "close"
    assert gate.ends() == 0
    assert gate.event("drained")["closed"] == 0


def test_at_the_drain_deadline_what_is_left_is_cut_and_logged(gate, origin):
    gate.routes(SHOP.replace("{drain}", "300ms"))
    origin.expects("GET /never").never_answers()
    client = gate.connect().gets("/never")
    origin.request()
    gate.process.send_signal(signal.SIGTERM)
    assert gate.ends() == 0
    client.wire.fill()
    assert gate.records()[0]["reason"] == "draining"
    assert gate.event("drained")["closed"] == 1


def test_a_second_sigterm_stops_at_once(gate, origin):
    gate.routes(SHOP.replace("{drain}", "1h"))
    origin.expects("GET /never").never_answers()
    gate.connect().gets("/never")
    origin.request()
    gate.process.send_signal(signal.SIGTERM)
    gate.waits_for_event("draining")
    assert gate.process.poll() is None
    assert milliseconds_of(lambda: gate.stop()) < 2000 or gate.slow


def test_a_killed_serving_process_is_replaced_within_100_ms(gate):
    gate.allows_error("serving_died")
    gate.routes(ONE)
    first = gate.serving_pid()
    os.kill(first, signal.SIGKILL)
    event = gate.waits_for_event("serving_restarted")
    assert event["milliseconds"] <= 100 or gate.slow
    assert gate.serving_pid() != first
    assert gate.answer().text == "one"


def test_connects_during_a_crash_are_served_by_the_successor(gate):
    """The listening sockets stay open: who connects in between waits and is answered."""
    gate.allows_error("serving_died")
    gate.routes(ONE)
    failed, served, stop = [], [], threading.Event()

    def connects():
        while not stop.is_set():
            client = None
            try:
                client = gate.connect()
            except OSError as error:  # a refused connect is what must not happen
                failed.append(repr(error))
                continue
            try:
                client.gets("/", "Connection: close").expects(200)
                served.append(1)
            except (OSError, AssertionError):
                pass  # its worker was killed under it
            client.closes()
    thread = threading.Thread(target=connects)
    thread.start()
    for _ in range(3):
        count = len(gate.events("serving_restarted"))
        os.kill(gate.serving_pid(), signal.SIGKILL)
        gate.waits_for_event("serving_restarted", count + 1)
        before = len(served)
        until(lambda: len(served) > before + 3, "nobody was served after the crash")
    stop.set()
    thread.join()
    assert not failed, failed[:3]


def test_the_serving_process_ignores_a_sigterm_of_its_own(gate):
    gate.routes(ONE)
    os.kill(gate.serving_pid(), signal.SIGTERM)
    os.kill(gate.serving_pid(), signal.SIGINT)
    assert gate.answer().text == "one"
    assert not gate.events("serving_died")


def test_the_serving_process_dies_with_the_supervisor(gate):
    gate.routes(ONE)
    serving = gate.serving_pid()
    gate.stop(signal.SIGKILL)
    until(lambda: not alive(serving), "the serving process outlived its supervisor")


def test_a_file_that_cannot_serve_at_start_says_why_and_ends(gate):
    gate.writes("default: {action: {forward: nowhere}}")
    began = time.monotonic()
    done = gate.command("run", "-c", str(gate.file), check=1)
    assert "there is no target group 'nowhere'" in done.stderr
    assert time.monotonic() - began < 5 or gate.slow


def test_as_root_without_user_it_warns(gate):
    gate.routes(ONE)
    if os.geteuid() == 0:
        assert gate.event("user_is_root")


def test_sigusr1_reopens_the_access_log(gate):
    gate.routes(ONE)
    gate.answer("/before")
    gate.record(path="/before")
    gate.access_log.rename(gate.folder / "access.log.1")
    gate.process.send_signal(signal.SIGUSR1)
    gate.waits_for_event("access_log_reopened")
    gate.answer("/after")
    assert gate.record(path="/after")
    assert "/after" not in (gate.folder / "access.log.1").read_text()

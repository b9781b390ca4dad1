"""Starting, draining, ending."""

import os
import signal
import textwrap
import threading
import time

import pytest

from client import milliseconds_of
from patience import until

ONE = "default: {action: {respond: {status: 200, body: one}}}"
SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    timeouts: {drain: {drain}}
    default: {action: {forward: shop}}"""


def test_it_listens_within_a_second_and_ends_within_one(gate):
    assert milliseconds_of(lambda: gate.routes(ONE)) < 1000 or gate.slow
    gate.answer()
    assert milliseconds_of(lambda: gate.stop()) < 1000 or gate.slow


def test_idle_connections_do_not_keep_it_from_ending(gate, origin):
    gate.routes(SHOP.replace("{drain}", "1h"))
    origin.answers("kept")
    clients = [gate.connect() for _ in range(20)]
    for client in clients:
        client.gets("/").expects(200)
    assert gate.metric("gatehouse_upstream_connections_open") >= 1
    assert milliseconds_of(lambda: gate.stop()) < 1000 or gate.slow
    for client in clients:
        client.expects_closed("closed")


@pytest.mark.parametrize("length, says", [(100, None), (10_000_000, "close")])
def test_who_has_an_answer_and_still_owes_his_body_does_not_keep_it_from_ending(gate, length, says):
    gate.routes("limits: {body: 10B}\n" + ONE)
    client = gate.connect().sends(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n")
    assert client.expects(413).header("Connection") == says
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


def test_a_file_that_cannot_serve_at_start_says_why_and_ends(gate):
    gate.writes("default: {action: {forward: nowhere}}")
    began = time.monotonic()
    done = gate.command("run", "-c", str(gate.file), check=1)
    assert "there is no target group 'nowhere'" in done.stderr
    assert time.monotonic() - began < 5 or gate.slow


def test_no_socket_takes_the_place_of_a_closed_standard_descriptor(gate):
    """cron, and daemons that start others, may close them: the log would go to a client."""
    gate.prefix = ["sh", "-c", 'exec "$@" <&- >&-', "sh"]
    gate.routes(ONE)
    for pid in (gate.process.pid, gate.serving_pid()):
        assert [os.readlink(f"/proc/{pid}/fd/{number}") for number in (0, 1)] == ["/dev/null"] * 2


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


def test_who_comes_while_it_drains_is_served_or_refused_at_once(gate, origin):
    """Nobody waits in a queue that nobody looks at, and nobody is reset."""
    gate.routes("workers: 2\n" + textwrap.dedent(SHOP.replace("{drain}", "1h")))
    origin.expects("GET /slow").never_answers()
    origin.answers("hi")
    busy = gate.connect().gets("/slow")
    origin.request()
    failed, refused = [], []

    def connects():
        while not refused:
            try:
                client = gate.connect()
            except ConnectionRefusedError:
                return refused.append(1)
            try:
                client.gets("/").expects(200, body="hi")
            except (OSError, AssertionError) as error:
                failed.append(repr(error))
            client.closes()
    loops = [threading.Thread(target=connects) for _ in range(4)]
    for loop in loops:
        loop.start()
    until(lambda: len(origin.requests) > 100, "there is no load")
    gate.process.send_signal(signal.SIGTERM)
    for loop in loops:
        loop.join(8)
    assert refused and not failed, failed[:3]
    assert gate.admin("/readyz", status=503)  # the admin API still answers, and says so
    gate.process.send_signal(signal.SIGTERM)
    busy.expects(503, reason="draining")
    assert gate.ends() == 0

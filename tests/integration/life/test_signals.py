"""systemd, Ctrl-C and container runtimes send signals to the whole process group."""

import os
import signal
import threading

import pytest

from process import waits_for_end

ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"
SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_for_the_whole_group_drains(gate, origin, sign):
    gate.routes(SHOP)
    go = threading.Event()
    origin.expects("GET /slow").waits_for(go).answers("worth the wait")
    client = gate.connect().gets("/slow")
    origin.request()
    os.killpg(gate.process.pid, sign)
    gate.waits_for_event("draining")
    go.set()
    client.expects(200, body="worth the wait")
    assert gate.ends() == 0
    assert gate.event("stopping")["signal"] == sign.name


def test_a_second_stop_for_the_whole_group_stops(gate, origin):
    gate.routes(SHOP)
    origin.expects("GET /never").never_answers()
    client = gate.connect().gets("/never")
    origin.request()
    os.killpg(gate.process.pid, signal.SIGTERM)
    gate.waits_for_event("draining")
    os.killpg(gate.process.pid, signal.SIGTERM)
    assert gate.ends(3) == 0
    client.expects(503, reason="draining")


def test_a_reload_for_the_whole_group_happens_once(gate):
    gate.routes(ONE)
    gate.writes(TWO)
    os.killpg(gate.process.pid, signal.SIGHUP)
    gate.waits_for_event("config_loaded", 2)
    assert gate.answer().text == "two"
    assert gate.metric("gatehouse_config_reloads_total") == 1
    assert not gate.events("serving_died")


def test_the_serving_process_ignores_what_is_meant_for_the_group(gate):
    gate.routes(ONE)
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        os.kill(gate.serving_pid(), sign)
    assert gate.answer().text == "one"
    assert not gate.events("serving_died")


def test_the_serving_process_dies_with_the_supervisor(gate):
    gate.routes(ONE)
    serving = gate.serving_pid()
    gate.stop(signal.SIGKILL)
    waits_for_end(serving, "the serving process outlived its supervisor")

"""Reload after reload: nobody notices, nothing is left behind."""

import re
import subprocess
import threading

import pytest

from patience import until
from process import descriptors, resident

MIB = 1 << 20
ROUTES = """
    workers: {workers}
    target_groups:
      shop: {targets: ["{origin}"]}
      spare: {targets: ["{origin}", "{dead}"]}
    routes:
      - {name: changing, priority: 1, when: {path: "/changing/{number}/*"}, action: {forward: spare}}
      - {name: more, priority: {priority}, when: {host: ["h{number}.test"], path: "/more"},
         action: {respond: {status: 200, body: "{number}"}}}
    default: {action: {forward: shop}}"""


def numbered(number, workers):
    return (ROUTES.replace("{number}", str(number)).replace("{workers}", str(workers))
            .replace("{priority}", str(2 + number % 100)))


def reloads(gate, number, workers):
    gate.writes(numbered(number, workers))
    answer = gate.admin("/reload", "POST")
    assert answer["result"] == "live"
    return answer


class Requests(threading.Thread):
    """Requests one after another, each on a connection of its own; what did not go well."""

    def __init__(self, gate):
        super().__init__(daemon=True)
        self.gate, self.over, self.failed, self.count = gate, threading.Event(), [], 0
        self.start()

    def run(self):
        while not self.over.is_set():
            try:
                answer = self.gate.answer()
                if answer.status != 200:
                    self.failed.append(answer.start)
            except (OSError, AssertionError) as error:
                self.failed.append(repr(error))
            self.count += 1


def test_fifty_reloads_under_load_fail_nobody(gate, origin, dead):
    """wrk keeps connections; beside it every request has a connection of its own; the number of
    workers changes, too."""
    origin.answers("hi")
    gate.routes(numbered(0, 2))
    load = subprocess.Popen(["wrk", "-t1", "-c24", "-d60s", f"http://127.0.0.1:{gate.port}/"],
                            stdout=subprocess.PIPE, text=True)
    try:
        loops = [Requests(gate) for _ in range(2)]
        for number in range(1, 51):
            before = [loop.count for loop in loops]
            reloads(gate, number, (2, 4, 1)[number % 3])
            until(lambda: all(l.count > b for l, b in zip(loops, before)), "nobody is served")
        for loop in loops:
            loop.over.set()
            loop.join()
    finally:
        load.send_signal(2)  # wrk prints what it has
        out, _ = load.communicate()
    assert not [f for loop in loops for f in loop.failed][:3]
    assert int(re.search(r"(\d+) requests in", out)[1]) > 200
    assert "Non-2xx" not in out and "Socket errors" not in out, out
    assert gate.metric("gatehouse_responses_total", status="5xx") == 0
    assert origin.connections < 200  # pools survive: most requests are on kept connections


@pytest.mark.plain
def test_two_thousand_reloads_leave_memory_where_it_was(gate, origin, dead):
    origin.answers("hi")
    gate.routes(numbered(0, 2))

    def settled():
        assert gate.answer().text == "hi"
        gate.waits_for_metric("gatehouse_snapshots_alive", 2)  # one for each worker
        pid = gate.serving_pid()
        return resident(pid), descriptors(pid)
    for number in range(1, 301):
        reloads(gate, number, 2)
    before = settled()
    for number in range(301, 2301):
        reloads(gate, number, 2)
    after = settled()
    assert after[1] <= before[1] + 8  # either worker may keep a connection to a target by now
    assert after[0] - before[0] < MIB, f"{(after[0] - before[0]) / MIB:.2f} MiB more"

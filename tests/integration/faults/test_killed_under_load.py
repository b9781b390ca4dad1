"""kill -9 of the serving process under load: what it had accepted is lost, nothing else."""

import os
import re
import signal
import subprocess

from patience import until

CONNECTIONS = 16


def test_it_serves_again_and_loses_only_what_was_open(gate, nginx):
    gate.allows_error("serving_died")
    (nginx.site / "index.html").write_text("hi")
    gate.routes(f"""
        workers: 2
        target_groups: {{shop: {{targets: ["{nginx.address}"]}}}}
        default: {{action: {{forward: shop}}}}""")
    load = subprocess.Popen(["wrk", "-t1", f"-c{CONNECTIONS}", "-d60s",
                             f"http://127.0.0.1:{gate.port}/index.html"],
                            stdout=subprocess.PIPE, text=True)
    kills = 3
    try:
        for number in range(1, kills + 1):
            until(lambda: gate.metric("gatehouse_requests_total") > 500, "there is no load")
            os.kill(gate.serving_pid(), signal.SIGKILL)
            event = gate.waits_for_event("serving_restarted", number)
            if number == 1:
                assert event["milliseconds"] <= 100 or gate.slow
            until(lambda: gate.serving_pid() and gate.metric("gatehouse_requests_total") > 500,
                  "no load after the crash")
    finally:
        load.send_signal(signal.SIGINT)
        out, _ = load.communicate()
    assert "Non-2xx" not in out, out
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    connect, read, write, timeout = (int(n) for n in errors.groups()) if errors else (0, 0, 0, 0)
    assert connect == timeout == 0, out
    assert read + write <= kills * CONNECTIONS, out

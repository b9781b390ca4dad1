"""Reloads: what plugins keep, what they hand over, and their files."""

import os
import shutil
import threading

from trial import FOLDER, routes, step

RESPOND = "{respond: {status: 200}}"


def runs(gate):
    return gate.answer("/x").header("X-Runs")


def test_a_reload_that_does_not_change_a_step_keeps_it(gate):
    gate.routes(routes(step("passes"), action=RESPOND))
    assert [runs(gate), runs(gate)] == ["1", "2"]
    gate.reload(routes(step("passes"), action="{respond: {status: 201}}"))
    assert runs(gate) == "3"
    assert gate.metric("gatehouse_trial_runs_total") == 3


def test_a_reload_that_changes_a_step_hands_over_what_workers_share(gate):
    gate.routes(routes(step("passes"), action=RESPOND))
    assert [runs(gate), runs(gate)] == ["1", "2"]
    gate.reload(routes(step("names"), action=RESPOND))
    answer = gate.answer("/x")
    assert (answer.header("X-Runs"), answer.header("X-Trial")) == ("3", "x")
    gate.waits_for_metric("gatehouse_trial_runs_total", 3)
    gate.waits_for_metric("gatehouse_trial_background", 1)


def test_a_refused_reload_takes_nothing_from_the_steps_that_go_on(gate):
    gate.routes(routes(step("passes"), action=RESPOND))
    gate.allows_error("config_refused")
    assert [runs(gate), runs(gate)] == ["1", "2"]
    gate.writes(routes(step("passes", text="no shared"), action=RESPOND))
    gate.command("reload", check=1)
    assert runs(gate) == "3"
    gate.reload(routes(step("names"), action=RESPOND))
    assert runs(gate) == "4"


def test_a_reload_in_the_middle_of_a_wait_lets_it_end_as_it_began(gate, origin):
    gate.routes(routes(step("sleeps", time="400ms")))
    origin.answers("hi")
    client = gate.connect().gets("/x")
    gate.waits_for_metric("gatehouse_trial_runs_total", 1)
    gate.reload(routes(step("denies", status=403)))
    client.expects(200, body="hi")
    gate.connect().gets("/x").expects(403, reason="denied")


def test_steps_come_and_go_and_change_their_order_under_load(gate):
    """Nothing is dropped, and every answer is one of the generations'."""
    files = [routes(action=RESPOND), routes(step("names", text="a"), action=RESPOND),
             routes(step("names", text="a"), step("names", text="b"), action=RESPOND),
             routes(step("names", text="b"), step("names", text="a"), action=RESPOND)]
    gate.routes(files[0])
    seen, stop = set(), threading.Event()

    def ask():
        client = gate.connect()
        for _ in range(900):
            if stop.is_set():
                break
            seen.add(client.gets("/x").expects(200).header("X-Trial"))

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    for file in files[1:] + files:
        gate.reload(file)
    stop.set()
    for thread in asking:
        thread.join()
    assert seen <= {None, "a", "b, a", "a, b"}


def another(folder, text):
    """Puts a plugin into `folder` that differs in a text of its answers."""
    data = (FOLDER / "trial.so").read_bytes()
    assert data.count(b"X-Seen") == 1
    (folder / "new").write_bytes(data.replace(b"X-Seen", text))
    os.replace(folder / "new", folder / "trial.so")


def test_a_changed_file_is_loaded_beside_the_old_one(gate, tmp_path):
    """While the old one still has a frame."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    shutil.copy(FOLDER / "trial.so", folder)
    file = routes(step("sleeps", time="500ms"), action=RESPOND, folder=folder)
    gate.routes(file)
    old = gate.connect().gets("/old")
    gate.waits_for_metric("gatehouse_trial_runs_total", 1)
    another(folder, b"X-Then")
    assert "is live" in gate.command("reload", check=0).stdout
    new = gate.connect().gets("/new")
    assert old.expects(200).header("X-Seen") == "/old"
    assert new.expects(200).header("X-Then") == "/new"
    assert "nothing changed" in gate.command("reload", check=0).stdout


def test_a_file_that_is_written_over_in_place_does_no_harm(gate, tmp_path):
    folder = tmp_path / "plugins"
    folder.mkdir()
    shutil.copy(FOLDER / "trial.so", folder)
    gate.routes(routes(step("passes"), action=RESPOND, folder=folder))
    (folder / "trial.so").write_bytes(b"no plugin any more")
    assert runs(gate) == "1"
    gate.allows_error("config_refused")
    assert "it is no plugin" in gate.command("reload", check=1).stderr
    assert runs(gate) == "2"

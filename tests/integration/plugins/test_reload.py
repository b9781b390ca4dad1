"""Reloads: what plugins keep, what they hand over, and their files."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

from patience import until
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


LIMIT = "all: {{use: rate_limit, with: {{key: route, rate: 10/day, burst: {burst}}}}}"
TRIAL = "{name}: {{use: trial, with: {{does: names, text: {text}}}}}"


def limited(*steps, burst=100_000, text="a"):
    instances = [LIMIT.format(burst=burst)] + [TRIAL.format(name=name, text=text) for name in ("one", "two") if name in steps]
    return routes(*steps, action=RESPOND, before=f"plugins: {{{', '.join(instances)}}}")


# Steps that are added, that change their order, that change, that are removed, and that come back.
GENERATIONS = [limited("all"), limited("all", "one"), limited("one", "all", "two"), limited("two", "one", "all"),
               limited("two", "one", "all", text="b"), limited("two", "all", text="b", burst=90_000), limited("all", burst=90_000)]
SHOWN = {None, "a", "a, a", "b", "b, b"}


def test_steps_come_go_and_change_under_load_and_nothing_is_dropped_nor_forgotten(gate):
    """Each client keeps its connection; every request is answered by one generation, and counted once."""
    gate.routes(GENERATIONS[0])
    stop = threading.Event()

    def ask():
        answers = []
        with gate.connect() as client:
            while not answers or not stop.is_set():
                answers.append(client.gets("/x").expects(200))
        return answers

    with ThreadPoolExecutor() as clients:
        asking = [clients.submit(ask) for _ in range(4)]
        try:
            for file in GENERATIONS[1:] + GENERATIONS[-2::-1]:
                before = gate.metric("gatehouse_rate_limit_admitted_total", instance="all")
                gate.reload(file)
                until(lambda: gate.metric("gatehouse_rate_limit_admitted_total", instance="all") > before, "nobody asks any more")
        finally:
            stop.set()
        answers = [answer for each in asking for answer in each.result()]
    assert {answer.header("X-Trial") for answer in answers} <= SHOWN
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    # The limit, whose step was moved and changed, has counted each of them, and so says the next answer.
    assert gate.metric("gatehouse_rate_limit_admitted_total", instance="all") == len(answers)
    left = gate.answer("/x").header("RateLimit").split(";")[1]
    assert left == f"r={100_000 - len(answers) - 1}"
    # Steps that were gone meanwhile go on counting where they were.
    gate.reload(GENERATIONS[2])
    texts = [answer.header("X-Trial") or "" for answer in answers]
    assert gate.metric("gatehouse_trial_runs_total") == sum(len(text.split(", ")) for text in texts if text)
    assert gate.metric("gatehouse_step_failures_total") == 0


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

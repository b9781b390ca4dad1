"""Plugins that misbehave: each is contained, and named in the log and the metrics."""

import struct

import pytest

from gateway import BINARY
from trial import FOLDER, routes, step

RESPOND = '{respond: {status: 204}}'


FAILED, LATE = (500, "step_failed"), (503, "step_timeout")
SHORT = {"deadline": "50ms"}
# what it does, of the step, the answer (None: its head has gone already), the log's event, the metric
MISBEHAVES = [
    ("throws", {}, FAILED, "step_failed", "failures"),
    ("throws_in_a_task", {}, FAILED, "step_failed", "failures"),
    ("throws_after_a_wait", {}, FAILED, "step_failed", "failures"),
    ("throws_in_the_response", {}, FAILED, "step_failed", "failures"),
    ("throws_in_the_log", {}, (200, "responded"), "step_failed", "failures"),
    ("changes_a_body_unasked", {}, None, "step_failed", "failures"),
    ("never_resumes", SHORT, LATE, "step_late", "deadlines"),
    ("sleeps", {"time": "1h", **SHORT}, LATE, "step_late", "deadlines"),
    ("resumes_late", SHORT, LATE, "step_answered_late", "late_answers"),
    ("resumes_twice", {}, (200, "served"), "step_answered_late", "late_answers"),
    ("answers_twice", {}, (200, "served"), "step_complains", "double_answers"),
]


@pytest.mark.parametrize("does, how, answered, event, metric", MISBEHAVES, ids=[row[0] for row in MISBEHAVES])
def test_what_misbehaves_ends_its_exchange_only_and_is_named(gate, does, how, answered, event, metric):
    gate.routes(routes(step(does, **how), action='{respond: {status: 200, body: "hello"}}')
                + "\n    default: {action: {respond: {status: 404}}}")
    for word in ("step_failed", "step_complains", "step_late"):
        gate.allows_error(word)
    answer = gate.answer("/x")
    record = gate.records()[0]
    assert answered is None or (answer.status, record["reason"]) == answered
    assert does not in ("resumes_twice", "answers_twice") or answer.text in ("once", "first")
    assert gate.waits_for_event(event)["step"] == "r/trial"
    gate.waits_for_metric(f"gatehouse_step_{metric}_total", 1, step="r/trial")
    assert gate.answer("/x").status == answer.status  # and the worker goes on


@pytest.mark.parametrize("does", ["throws", "throws_after_a_wait", "never_resumes"])
def test_on_error_allow_goes_on_without_the_step(gate, does):
    gate.routes(routes(step(does, deadline="50ms", on_error="allow"), action=RESPOND))
    for word in ("step_failed", "step_complains", "step_late"):
        gate.allows_error(word)
    assert gate.answer("/x").status == 204


def test_a_client_that_leaves_ends_the_wait(gate, origin):
    gate.routes(routes(step("sleeps", time="1h", deadline="600s")))
    client = gate.connect().gets("/x")
    gate.waits_for_metric("gatehouse_trial_runs_total", 1)
    client.closes()
    assert gate.records()[0]["reason"] == "client_closed"
    gate.waits_for_metric("gatehouse_exchanges_open", 0)


def test_an_answer_for_a_client_that_left_is_counted_and_ignored(gate):
    gate.routes(routes(step("resumes_late", deadline="600s"), action=RESPOND))
    gate.allows_error("step_answered_late")
    client = gate.connect().gets("/x")
    gate.waits_for_metric("gatehouse_exchanges_open", 1)
    client.closes()
    assert gate.records()[0]["reason"] == "client_closed"
    assert gate.waits_for_event("step_answered_late")["step"] == "r/trial"
    gate.waits_for_metric("gatehouse_step_late_answers_total", 1, step="r/trial")
    gate.waits_for_metric("gatehouse_exchanges_open", 0)


def test_a_plugin_that_crashes_takes_the_serving_process_which_is_started_again(gate):
    gate.routes(routes(step("crashes"), action=RESPOND).replace('"/*"', '"/crash"')
                + "\n    default: {action: {respond: {status: 200}}}")
    gate.allows_error("serving_died")
    gate.connect().gets("/crash").expects_closed()
    assert gate.answer("/x").status == 200
    assert gate.waits_for_event("serving_died")["cause"]


@pytest.mark.skipif("/asan/" not in BINARY, reason="AddressSanitizer sees it")
def test_a_plugin_that_uses_freed_memory_is_named_by_the_sanitizer(gate, tmp_path):
    gate.env["ASAN_OPTIONS"] = f"log_path={tmp_path}/report:detect_leaks=0"
    gate.routes(routes(step("uses_freed_memory"), action=RESPOND))
    gate.allows_error("serving_died")
    gate.connect().gets("/x").expects_closed()
    assert gate.waits_for_event("serving_died")["cause"]
    report = "".join(file.read_text() for file in tmp_path.glob("report.*"))
    assert "heap-use-after-free" in report and "trial" in report


# ---- files that do not fit: nothing of them runs


def damaged(tmp_path, change):
    """A folder with a copy of the plugin whose stamp was changed."""
    data = bytearray((FOLDER / "trial.so").read_bytes())
    at = data.index(b"gatehse\0")
    change(data, at)
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged/trial.so").write_bytes(data)
    return tmp_path / "damaged"


def set_word(place, value):
    def change(data, at):
        struct.pack_into("<I", data, at + 8 + 4 * place, value)
    return change


def ends_early(data, at):
    del data[at + 20:]


def is_text(data, at):
    data[:] = b"#!/bin/sh\necho no plugin\n"


ODD = [
    ("another major version", set_word(0, 7), "trial 1.0.0 was built for interface 7.6, this gateway has 0.6"),
    ("a newer minor version", set_word(1, 9), "trial 1.0.0 was built for interface 0.9, this gateway has 0.6"),
    ("a larger plugin", set_word(2, 9000), "trial 1.0.0 has 9000 bytes for gh_plugin, this gateway has "),
    ("a smaller host", set_word(3, 8), "trial 1.0.0 has 8 bytes for gh_host, this gateway has "),
    ("other fields", set_word(4, 8), "trial 1.0.0 has 8 bytes for gh_field, this gateway has "),
    ("cut", ends_early, "it is no plugin: "),
    ("text", is_text, "it is no plugin: not a shared object"),
]


@pytest.mark.parametrize("change, said", [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_a_plugin_that_does_not_fit_is_refused_before_its_code_runs(gate, tmp_path, change, said):
    gate.writes(routes(step("passes"), action=RESPOND, folder=damaged(tmp_path, change)))
    done = gate.command("check", check=1)
    assert "error[bad-plugin]: " in done.stderr and said in done.stderr


def test_a_plugin_under_another_name_is_refused(gate, tmp_path):
    (tmp_path / "other.so").write_bytes((FOLDER / "trial.so").read_bytes())
    gate.writes(routes("other", action=RESPOND, folder=tmp_path))
    assert "it calls itself 'trial'" in gate.command("check", check=1).stderr


def test_what_is_no_file_is_no_plugin_that_was_meant(gate, tmp_path):
    (tmp_path / "folder.so").mkdir()
    (tmp_path / "lost.so").symlink_to("nowhere.so")
    for name in ("folder", "lost"):
        gate.writes(routes(name, action=RESPOND, folder=tmp_path))
        said = gate.command("check", check=1).stderr
        assert (f"error[unknown-plugin]: '{name}' is no" in said, "did you mean" in said) == (True, False)


def test_what_workers_share_cannot_be_made(gate):
    gate.routes(routes(step("passes"), action=RESPOND))
    gate.allows_error("config_refused")
    gate.writes(routes(step("passes", text="no shared"), action=RESPOND))
    done = gate.command("reload", check=1)
    assert "r/trial: what its workers share could not be made" in done.stderr + done.stdout
    assert gate.answer("/x").status == 204

"""The last good file goes on serving, also across a crash of the process that had read it."""

import os
import signal

import pytest

ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"


def dies(gate):
    count = len(gate.events("serving_restarted"))
    os.kill(gate.serving_pid(), signal.SIGKILL)
    gate.waits_for_event("serving_restarted", count + 1)


@pytest.fixture(autouse=True)
def _may_fail(gate):
    for word in ("serving_died", "config_refused", "config_missing"):
        gate.allows_error(word)


@pytest.mark.parametrize("state", ["", "\nstate_dir: state"])
@pytest.mark.parametrize("damage", ["broken", "empty", "gone"])
def test_a_successor_serves_what_was_live(gate, damage, state):
    gate.routes(ONE + state)
    gate.reload(TWO + state)
    if damage == "gone":
        gate.file.unlink()
    else:
        gate.file.write_text("rooutes: [" if damage == "broken" else "")
    dies(gate)
    assert gate.answer().text == "two"
    assert gate.metric("gatehouse_config_stale") == 1
    assert gate.admin("/generations")["stale"]["why"]
    dies(gate)  # the successor's successor, too
    assert gate.answer().text == "two"
    gate.reload(ONE + state)
    assert gate.answer().text == "one"
    assert gate.metric("gatehouse_config_stale") == 0


def test_a_good_file_that_was_not_loaded_yet_is_what_the_successor_reads(gate):
    gate.routes(ONE)
    gate.writes(TWO)
    dies(gate)
    assert gate.answer().text == "two"


def test_generations_go_on_counting(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    dies(gate)
    known = gate.admin("/generations")
    assert known["live"] == 2
    assert [g["generation"] for g in known["generations"]] == [2]
    gate.reload(ONE)
    assert gate.admin("/generations")["live"] == 3
    gate.command("rollback", "2", "-c", str(gate.file), check=0)
    assert gate.answer().text == "two"


def test_a_rollback_holds_without_a_state_dir(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    gate.command("rollback", "-c", str(gate.file), check=0)
    dies(gate)
    assert gate.answer().text == "one"
    assert "holds" in gate.command("reload", "-c", str(gate.file), check=0).stdout

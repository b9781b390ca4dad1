"""The admin API reloads, rolls back, and tells what was live."""

import pytest

BODY = "default: {{action: {{respond: {{status: 200, body: {}}}}}}}\n{}"


def writes(gate, body, more=""):
    gate.writes(BODY.format(body, more))


def test_a_reload_says_what_came_of_it(gate):
    gate.routes(BODY.format("one", ""))
    assert gate.admin("/reload", "POST")["result"] == "unchanged"
    writes(gate, "two")
    answer = gate.admin("/reload", "POST")
    assert (answer["result"], answer["generation"], answer["changed"]) == ("live", 2, "1 rule changed")
    assert 0 < answer["milliseconds"] < 1000
    assert gate.answer().text == "two"


def test_a_refused_reload_says_where(gate):
    gate.allows_error("config_refused")
    gate.routes(BODY.format("one", ""))
    writes(gate, "two", "limitz: {body: 1}")
    answer = gate.admin("/reload", "POST", status=422)
    assert answer["result"] == "refused"
    (found,) = answer["diagnostics"]
    assert (found["code"], found["column"]) == ("unknown-key", 1)
    assert gate.answer().text == "one"
    stale = gate.admin("/generations")["stale"]
    assert "limitz" in stale["why"] and stale["since"] > 1700000000


@pytest.mark.parametrize("state", ["", "state_dir: state"])
def test_any_generation_that_is_kept_can_come_back(gate, state):
    keep = f"reload: {{watch: false, keep: 3}}\n{state}"
    gate.routes(BODY.format("one", keep))
    for body in ("two", "three", "four"):
        writes(gate, body, keep)
        gate.admin("/reload", "POST")
    known = gate.admin("/generations")
    assert known["live"] == 4
    assert [g["generation"] for g in known["generations"]] == [2, 3, 4]
    assert gate.admin("/rollback?generation=2", "POST")["result"] == "live"
    assert gate.answer().text == "two"
    assert gate.admin("/rollback?generation=1", "POST", status=422)["generation"] == 5
    assert gate.answer().text == "two"
    gate.admin("/rollback?generation=x", "POST", status=400)
    if state:
        assert len(list((gate.folder / "state/generations").glob("*.yaml"))) == 3


def test_what_reads_does_not_change(gate):
    gate.routes(BODY.format("one", ""))
    writes(gate, "two")
    gate.admin("/reload", "GET", status=405)
    assert gate.answer().text == "one"

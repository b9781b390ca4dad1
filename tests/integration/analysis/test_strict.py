"""A good file's warnings are said by run and reload, and stop nothing but with --strict."""

import json
import subprocess

from gateway import BINARY

GOOD = """\
routes:
  - {name: a, priority: 10, when: {path: "/a/*"}, action: {respond: {status: 200, body: a}}}
"""
WARNED = GOOD + """\
  - {name: b, priority: 20, when: {path: "/a/b/*"}, action: {respond: {status: 200, body: b}}}
"""
NOTED = GOOD.replace('path: "/a/*"', 'path: "/a/*", method: GET') + WARNED.splitlines()[-1] + "\n"
WHY = "no request reaches 'b': 'a'"


def checked(gate, text, *options):
    gate.writes(text)
    return gate.command("check", "-c", str(gate.file), *options)


def test_check_fails_for_a_warning_only_when_it_is_told_to(gate):
    assert checked(gate, WARNED).returncode == 0
    done = checked(gate, WARNED, "--strict")
    assert done.returncode == 1
    assert done.stderr == f"{gate.file}: 1 warning, and --strict takes none\n"
    assert WHY in done.stdout
    assert [one["code"] for one in json.loads(checked(gate, WARNED, "--strict", "--json").stdout)] == ["swallowed-rule"]


def test_a_note_is_no_warning(gate):
    done = checked(gate, NOTED, "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert "note[order-decides]" in done.stdout


def test_run_says_one_line_of_warnings_and_serves(gate):
    gate.routes(WARNED)
    event = gate.waits_for_event("config_warned")
    assert (event["level"], event["warnings"]) == ("warning", 1)
    assert WHY in event["first"]
    assert gate.answer("/a/b/c").text == "a"


def test_run_says_nothing_of_notes(gate):
    gate.routes(NOTED)
    assert gate.answer("/a/b/c").text == "a"
    assert gate.events("config_warned") == []


def test_run_strict_does_not_start_on_a_file_with_warnings(gate):
    gate.writes(WARNED)
    done = subprocess.run([BINARY, "run", "--strict", "-c", str(gate.file)], capture_output=True, text=True, cwd=gate.folder)
    assert done.returncode == 1
    assert f"warning[swallowed-rule]: {WHY}" in done.stderr
    assert "error[strict]: 1 warning, and --strict takes none" in done.stderr


def test_run_strict_keeps_what_is_live_when_a_reload_has_warnings(gate):
    gate.writes(GOOD)
    gate.start("--strict")
    gate.writes(WARNED)
    gate.allows_error("config_refused")
    done = gate.command("reload", "-c", str(gate.file))
    assert done.returncode == 1
    assert WHY in done.stderr and "generation 1 goes on" in done.stderr
    gate.writes(NOTED)
    assert gate.command("reload", "-c", str(gate.file), check=0).stdout.startswith("generation 2 is live")


def test_reload_prints_the_warnings_of_what_goes_live(gate):
    gate.routes(GOOD)
    gate.writes(WARNED)
    said = gate.command("reload", "-c", str(gate.file), check=0).stdout
    assert said.startswith("generation 2 is live: 1 rule added\n")
    assert f"warning[swallowed-rule]: {WHY}" in said and "see: gatehouse explain GET" in said


def test_reload_says_them_to_programs(gate):
    gate.routes(GOOD)
    gate.writes(WARNED)
    answer = json.loads(gate.command("reload", "-c", str(gate.file), "--json", check=0).stdout)
    assert answer["result"] == "live"
    assert [(one["code"], one["request"]["taken_by"]) for one in answer["diagnostics"]] == [("swallowed-rule", "a")]


def test_reload_strict_refuses_them(gate):
    gate.routes(GOOD)
    gate.allows_error("config_refused")
    gate.writes(WARNED)
    done = gate.command("reload", "--strict", "-c", str(gate.file))
    assert done.returncode == 1
    assert WHY in done.stderr
    assert gate.generation() == 1
    gate.command("reload", "-c", str(gate.file), check=0)
    assert gate.generation() == 2


def test_a_rollback_says_the_warnings_of_what_it_goes_back_to(gate):
    gate.routes(WARNED)
    gate.reload(GOOD.replace("body: a", "body: c"))
    said = gate.command("rollback", "-c", str(gate.file), check=0).stdout
    assert "is live" in said and WHY in said

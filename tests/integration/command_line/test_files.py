"""check, routes and run, and the files that they are given."""

import json
import os

import pytest

GOOD = """
    target_groups: {shop: {targets: ["127.0.0.1:3000"]}}
    routes:
      - {name: second, priority: 20, when: {host: [a.test, "*.b.test"], path: /x}, action: {forward: shop}}
      - {name: first, priority: 3, action: {redirect: {host: "www.#{host}", status: 301}}}
    default: {action: {respond: {status: 404}}}"""
BAD = """
    routes:
      - {name: all, priority: 1, acton: {forward: shop}}
    default: {action: {forward: shopp}}"""


def test_check_says_that_a_good_file_is_fine(gate):
    gate.writes(GOOD.replace("priority: 3,", "priority: 30,"))
    assert gate.command("check", check=0).stdout == \
        "./routes.yaml is fine: 1 listener, 1 target group, 2 routes\n"
    assert json.loads(gate.command("check", "--json", check=0).stdout) == []


def test_check_prints_every_error_at_once(gate):
    gate.writes(BAD)
    done = gate.command("check", check=1)
    assert done.stdout == ""
    assert "error[unknown-key]: unknown key 'acton'" in done.stderr
    assert "error[unknown-target-group]: there is no target group 'shopp'" in done.stderr
    assert done.stderr.endswith("./routes.yaml: 2 errors, 0 warnings\n")


def test_check_tells_programs_place_code_message_and_hint(gate):
    lines = gate.writes(BAD).splitlines()
    found = json.loads(gate.command("check", "--json", check=1).stdout)
    assert [f["code"] for f in found] == ["unknown-key", "unknown-target-group"]
    for each, word in zip(found, ("acton", "shopp")):
        assert set(each) == {"file", "line", "column", "length", "severity", "code", "message", "hint"}
        at = each["column"] - 1
        assert lines[each["line"] - 1][at:at + each["length"]] == word


def test_routes_prints_the_rules_in_the_order_in_which_they_are_tried(gate):
    gate.writes(GOOD)
    assert gate.command("routes", check=0).stdout == f"""\
public (127.0.0.1:{gate.port})
        3  first                every request
                                -> redirect 301 to #{{protocol}}://www.#{{host}}:#{{port}}/#{{path}}?#{{query}}
       20  second               host a.test | *.b.test, path /x
                                -> forward to shop
  default                       -> respond 404
"""


def test_routes_tells_programs_the_same(gate):
    gate.writes(GOOD)
    listener, = json.loads(gate.command("routes", "--json", check=0).stdout)
    assert listener["listener"] == "public"
    assert [(r["priority"], r["name"]) for r in listener["routes"]] == [(3, "first"), (20, "second")]
    assert listener["routes"][1]["action"] == "forward to shop"
    assert listener["default"] == "respond 404"


def test_routes_of_a_bad_file_are_its_errors(gate):
    gate.writes(BAD)
    done = gate.command("routes", "--json", check=1)
    assert done.stdout == gate.command("check", "--json", check=1).stdout
    assert done.stderr == gate.command("check", check=1).stderr


@pytest.mark.parametrize("command", ["run", "check", "routes", "reload", "rollback"])
def test_a_file_that_is_not_there_is_named(gate, command):
    assert gate.command(command, check=1).stderr == \
        "gatehouse: cannot read ./routes.yaml: No such file or directory (2); -c FILE names another file\n"


def test_check_tells_programs_of_a_file_that_is_not_there(gate):
    found, = json.loads(gate.command("check", "--json", check=1).stdout)
    assert (found["file"], found["code"]) == ("./routes.yaml", "cannot-read")


def test_run_prints_the_errors_of_a_bad_file_and_ends(gate):
    gate.writes(BAD)
    done = gate.command("run", check=1)
    assert "error[unknown-key]: unknown key 'acton'" in done.stderr
    assert "serving_started" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="starts as root")
@pytest.mark.parametrize("user, warns", [("", True), ("user: nobody", False)])
def test_run_as_root_warns_unless_there_is_a_user(gate, user, warns):
    gate.routes(f"{user}\naccess_log: off\ndefault: {{action: {{respond: {{status: 200}}}}}}")
    assert bool(gate.events("user_is_root")) is warns

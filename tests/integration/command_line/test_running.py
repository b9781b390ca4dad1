"""reload and rollback: what the running gateway answers, and what is said when none does."""

import json

import pytest

ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"
BAD = "defalt: {action: {respond: {status: 200, body: three}}}"


def test_reload_says_what_changed(gate):
    gate.routes(ONE)
    gate.writes(TWO)
    assert gate.command("reload", check=0).stdout == "generation 2 is live: 1 rule changed\n"
    assert gate.command("reload", check=0).stdout == "nothing changed: generation 2 goes on\n"


def test_reload_tells_programs_the_same(gate):
    gate.routes(ONE)
    gate.writes(TWO)
    told = json.loads(gate.command("reload", "--json", check=0).stdout)
    assert told.pop("milliseconds") >= 0
    assert told == {"result": "live", "generation": 2, "changed": "1 rule changed", "diagnostics": [],
                    "file": str(gate.file), "text": "generation 2 is live: 1 rule changed\n"}
    assert json.loads(gate.command("reload", "--json", check=0).stdout)["result"] == "unchanged"


def test_reload_of_a_bad_file_prints_its_errors_and_changes_nothing(gate):
    gate.allows_error("config_refused")
    gate.routes(ONE)
    gate.writes(BAD)
    done = gate.command("reload", check=1)
    assert "error[unknown-key]: unknown key 'defalt'" in done.stderr
    assert done.stderr.endswith("nothing was changed: generation 1 goes on\n")
    told = json.loads(gate.command("reload", "--json", check=1).stdout)
    assert told["result"] == "refused"
    assert "unknown-key" in [d["code"] for d in told["diagnostics"]]


def test_the_environment_of_the_gateway_decides_not_that_of_the_command(gate):
    gate.env["GREETING"] = "hello"
    gate.routes(ONE)
    gate.writes("default: {action: {respond: {status: 200, body: \"${GREETING}\"}}}")
    del gate.env["GREETING"]
    assert "GREETING" in gate.command("check", check=1).stderr
    assert gate.command("reload", check=0).stdout == "generation 2 is live: 1 rule changed\n"
    assert gate.answer().text == "hello"


def test_reload_and_rollback_say_when_no_gateway_answers(gate):
    gate.writes(ONE)
    said = (f"cannot ask the gateway at 127.0.0.1:{gate.admin_port}: Connection refused (111); "
            "is it running, and was it started with the `admin.address` of ./routes.yaml?")
    for words in (["reload"], ["rollback"], ["rollback", "3"]):
        assert gate.command(*words, check=1).stderr == f"gatehouse: {said}\n"
        told = json.loads(gate.command(*words, "--json", check=1).stdout)
        assert told == {"result": "failed", "error": said}


def test_without_a_gateway_a_bad_file_is_explained_as_well(gate):
    gate.writes(BAD)
    stderr = gate.command("reload", check=1).stderr
    assert "error[unknown-key]: unknown key 'defalt'" in stderr
    assert "cannot ask the gateway" in stderr


def test_a_file_without_admin_api_says_what_to_do(gate):
    gate.routes("admin: off\n" + ONE)
    assert gate.command("reload", check=1).stderr == (
        "gatehouse: cannot ask the gateway: ./routes.yaml gives it no admin API; "
        "give it one with `admin: {address: 127.0.0.1:9901}`, or send it SIGHUP\n")


def test_a_gateway_that_serves_another_file_is_named(gate):
    gate.routes(ONE)
    other = gate.folder / "other.yaml"
    other.write_text(gate.file.read_text())
    done = gate.command("reload", "-c", "other.yaml", check=0)
    assert done.stderr == f"gatehouse: the gateway that answered serves {gate.file}, not other.yaml\n"


def test_a_token_that_the_gateway_does_not_know_is_refused(gate):
    admin = 'admin: {address: "127.0.0.1:%d", token: "%s"}\n'
    gate.routes(admin % (gate.admin_port, "right") + ONE)
    assert gate.command("reload", check=0).stdout == "nothing changed: generation 1 goes on\n"
    other = gate.folder / "other.yaml"
    other.write_text(gate.file.read_text().replace("right", "wrong"))
    stderr = gate.command("reload", "-c", "other.yaml", check=1).stderr
    assert "cannot do that: the gateway answered 401" in stderr and "token" in stderr


def test_the_admin_api_may_be_a_unix_socket_beside_the_file(gate):
    gate.routes("admin: {address: \"unix:admin.sock\"}\n" + ONE)
    assert (gate.folder / "admin.sock").is_socket()
    gate.writes("admin: {address: \"unix:admin.sock\"}\n" + TWO)
    assert gate.command("reload", check=0).stdout == "generation 2 is live: 1 rule changed\n"


def test_rollback_goes_to_the_generation_before_or_to_the_one_that_is_named(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    assert gate.command("rollback", check=0).stdout == "generation 3 is live: 1 rule changed\n"
    assert gate.answer().text == "one"
    told = json.loads(gate.command("rollback", "2", "--json", check=0).stdout)
    assert (told["result"], told["generation"]) == ("live", 4)
    assert gate.answer().text == "two"


def test_rollback_to_what_is_not_there_changes_nothing(gate):
    gate.routes(ONE)
    assert gate.command("rollback", check=1).stderr == \
        "there is no generation before this one\nnothing was changed: generation 1 goes on\n"
    assert gate.command("rollback", "9", check=1).stderr == \
        "there is no generation 9 to go back to\nnothing was changed: generation 1 goes on\n"


@pytest.mark.parametrize("words", [("routes",), ("explain", "GET", "/"), ("explain", "--live", "GET", "/"),
                                   ("plan", "routes.yaml"), ("plugins",), ("shadow",), ("top", "--once")],
                         ids=" ".join)
def test_with_json_a_program_reads_on_standard_output_what_failed(gate, words):
    gate.writes(ONE)
    done = gate.command(*words, "--json", "-c", "nowhere.yaml", check=1)
    said = "cannot read nowhere.yaml: No such file or directory (2); -c FILE names another file"
    assert json.loads(done.stdout) == {"result": "failed", "error": said}
    assert done.stderr == f"gatehouse: {said}\n"


@pytest.mark.parametrize("words", [("routes",), ("explain", "GET", "/"), ("plan", "routes.yaml")], ids=" ".join)
def test_with_json_a_program_reads_what_is_wrong_with_the_file(gate, words):
    gate.writes(BAD)
    done = gate.command(*words, "--json", check=1)
    assert "unknown-key" in [d["code"] for d in json.loads(done.stdout)]
    assert "error[unknown-key]" in done.stderr


def test_a_live_explanation_says_when_no_gateway_answers(gate):
    gate.writes(ONE)
    done = gate.command("explain", "--live", "GET", "/", "--json", check=1)
    assert json.loads(done.stdout)["error"].startswith("cannot ask the gateway at 127.0.0.1:")

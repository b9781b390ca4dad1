"""What the program says about itself, and about a command line that it does not understand."""

import json
import subprocess

import pytest

from gateway import BINARY

COMMANDS = ("run", "check", "routes", "fmt", "import", "plan", "reload", "rollback", "version")


def test_help_names_every_command_every_option_and_the_exit_codes(gate):
    text = gate.command("--help", check=0).stdout
    for word in (*COMMANDS, "-c, --config FILE", "./routes.yaml", "--json", "--help",
                 "exit codes: 0 fine, 1 failed, 2 wrong usage", "first steps:"):
        assert word in text


@pytest.mark.parametrize("words", [("-h",), ("help",)])
def test_help_has_other_spellings(gate, words):
    assert gate.command(*words, check=0).stdout == gate.command("--help", check=0).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_options_and_examples(gate, name):
    text = gate.command(name, "--help", check=0).stdout
    assert text.startswith(f"usage: gatehouse {name}")
    assert "\noptions:\n" in text
    assert f"\nexamples:\n  gatehouse {name}" in text
    assert all(len(line) <= 100 for line in text.splitlines())
    assert gate.command("help", name, check=0).stdout == text


def test_without_a_command_the_help_is_an_error(gate):
    done = gate.command(check=2)
    assert done.stdout == ""
    assert done.stderr == gate.command("--help", check=0).stdout


@pytest.mark.parametrize("words, said", [
    (["chek"], "unknown command 'chek', did you mean 'check'?\ntry `gatehouse --help`"),
    (["frobnicate"], "unknown command 'frobnicate'\ntry `gatehouse --help`"),
    (["help", "rout"], "unknown command 'rout', did you mean 'routes'?\ntry `gatehouse --help`"),
    (["--bogus"], "unknown option '--bogus'\ntry `gatehouse --help`"),
    (["check", "--jsn"], "unknown option '--jsn', did you mean '--json'?\ntry `gatehouse check --help`"),
    (["check", "-x"], "unknown option '-x'\ntry `gatehouse check --help`"),
    (["check", "-c"], "-c needs a file behind it\ntry `gatehouse check --help`"),
    (["check", "other.yaml"], "unexpected argument 'other.yaml': did you mean `-c other.yaml`?\n"
                              "try `gatehouse check --help`"),
    (["version", "now"], "unexpected argument 'now'\ntry `gatehouse version --help`"),
    (["rollback", "1", "2"], "unexpected argument '2'\ntry `gatehouse rollback --help`"),
    (["rollback", "yesterday"], "'yesterday' is not the number of a generation, such as 3"),
    (["run", "--json"], "'run' has no --json\ntry `gatehouse run --help`"),
])
def test_wrong_usage_gets_a_hint_and_exit_code_2(gate, words, said):
    done = gate.command(*words, check=2)
    assert done.stdout == ""
    assert done.stderr == f"gatehouse: {said}\n"


@pytest.mark.parametrize("words", [
    ("check", "-c", "other.yaml"), ("-c", "other.yaml", "check"), ("check", "--config=other.yaml"),
    ("check", "--config", "other.yaml")])
def test_the_file_may_be_named_before_and_behind_the_command(gate, words):
    gate.writes("default: {action: {respond: {status: 200}}}")
    gate.file.rename(gate.folder / "other.yaml")
    assert gate.command(*words, check=0).stdout == \
        "other.yaml is fine: 1 listener, 0 target groups, 0 routes\n"


def test_version_is_for_people_and_for_programs(gate):
    text = gate.command("version", check=0).stdout
    told = json.loads(gate.command("version", "--json", check=0).stdout)
    assert text == f"gatehouse {told['version']} (g++ {told['compiler']})\n"
    assert gate.command("--version", check=0).stdout == text


@pytest.mark.parametrize("words", [("schema",), ("--help",), ("version", "--json")])
def test_what_cannot_be_written_is_a_failure(words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "write standard output: No space left on device" in done.stderr

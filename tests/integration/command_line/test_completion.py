"""Completion and the manual page are made from the table of commands, and each shell takes them."""

import os
import re
import subprocess

import pytest
from gateway import BINARY


def printed(*words):
    return subprocess.run([BINARY, *words], check=True, capture_output=True, text=True).stdout


def commands():
    return re.findall(r"^  (\w+)  +\w", printed("--help").partition("commands:")[2].partition("options:")[0], re.M)


def bash_completes(tmp_path, *words):
    """What bash offers for the last of `words`."""
    (tmp_path / "completion").write_text(printed("completion", "bash"))
    script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gatehouse; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "--norc", "-euo", "pipefail", "-c", script, "bash", str(tmp_path / "completion"),
                           "gatehouse", *words], check=True, capture_output=True, text=True)
    return done.stdout.split()


@pytest.mark.parametrize("words, offered", [
    (("rel",), ["reload"]),
    (("ro",), ["routes", "rollback"]),
    (("reload", "--c"), ["--config"]),
    (("explain", "--s"), ["--source-ip", "--sign"]),
    (("explain", "--source-ip", "--s"), []),
    (("-c", "x.yaml", "che"), ["check"]),
    (("-c", "x.yaml", "plan", "--j"), ["--json"]),
    (("run", "-c", ""), []),
    (("schema", "m"), ["markdown"]),
    (("import", "al"), ["alb"]),
    (("completion", ""), ["bash", "zsh", "fish", "-h", "--help"]),
    (("help", "ver"), ["version"]),
    (("nonsense", ""), []),
])
def test_bash_completes(tmp_path, words, offered):
    assert bash_completes(tmp_path, *words) == offered


def test_bash_offers_every_command(tmp_path):
    assert bash_completes(tmp_path, "") == [*commands(), "help", "--help", "--version"]


def test_bash_offers_files_where_one_is_expected():
    assert "complete -o default -F _gatehouse gatehouse" in printed("completion", "bash")


def test_the_scripts_pass_shellcheck_and_their_shells(tmp_path):
    for shell, check in (("bash", ["shellcheck", "--shell=bash"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "-n"])):
        (tmp_path / shell).write_text(printed("completion", shell))
        done = subprocess.run([*check, str(tmp_path / shell)], capture_output=True, text=True)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("line, offered", [
    ("gatehouse rel", {"reload"}), ("gatehouse schema m", {"markdown"}),
    ("gatehouse explain --s", {"--source-ip", "--sign"})])
def test_fish_completes(tmp_path, line, offered):
    (tmp_path / "gatehouse.fish").write_text(printed("completion", "fish"))
    done = subprocess.run(["fish", "--no-config", "-c", f"source {tmp_path}/gatehouse.fish; complete -C '{line}'"],
                          check=True, cwd=tmp_path, capture_output=True, text=True,
                          env={"PATH": os.path.dirname(BINARY) + ":" + os.environ["PATH"], "HOME": str(tmp_path)})
    assert {each.split("\t")[0] for each in done.stdout.splitlines()} == offered


def test_the_manual_page_is_one_that_mandoc_takes(tmp_path):
    page = tmp_path / "gatehouse.1"
    page.write_text(printed("man"))
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True)
    # A date would differ from build to build.
    assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []
    text = subprocess.run(["mandoc", "-T", "ascii", str(page)], check=True, capture_output=True, text=True).stdout
    text = re.sub(r".\x08", "", text)
    for name in commands():
        assert f"   gatehouse {name}" in text
    assert "--source-ip" in text


def test_a_shell_that_is_none_is_wrong_usage(gate):
    gate.command("completion", "tcsh", check=2)
    gate.command("completion", check=2)

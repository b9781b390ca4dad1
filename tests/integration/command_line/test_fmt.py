"""gatehouse fmt --renumber"""

import os

import pytest

FILE = """\
# Größe: the priorities below have no room between them.
version: 1
listeners: {a: {address: "127.0.0.1:0"}, b: {address: "127.0.0.1:0"}}
target_groups: {shop: {targets: ["127.0.0.1:3000"]}}
routes:
  - {name: "last", priority: %s,   action: {forward: shop}}   # ← the last
  - name: first
    when: {path: "/ä*"}
    priority:   %s  # the first
    action: {forward: shop}

  - {name: on-a, listeners: [a], priority: %s, plugins: [cors], action: {forward: shop}}
  - {action: {forward: shop}, name: on-b, listeners: [b], "priority": "%s"}
"""
BEFORE = FILE % (4711, 1, 3, 3)
AFTER = FILE % (40, 10, 20, 30)


def test_new_priorities_have_the_order_of_the_old_ones_and_nothing_else_changes(gate):
    gate.file.write_text(BEFORE)
    assert gate.command("fmt", "--renumber", check=0).stdout == AFTER
    assert gate.file.read_text() == BEFORE
    assert gate.command("fmt", "--renumber", "--check", check=1).stdout == ""


def test_write_changes_the_file_in_its_place_and_a_second_time_nothing(gate):
    target = gate.folder / "elsewhere.yaml"
    target.write_text(BEFORE)
    target.chmod(0o640)
    gate.file.symlink_to(target)
    assert gate.command("fmt", "--renumber", "--write", check=0).stdout == ""
    assert gate.file.is_symlink() and gate.file.read_text() == AFTER
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(gate.folder)) == ["elsewhere.yaml", "routes.yaml"]
    written = target.stat().st_mtime_ns
    gate.command("fmt", "--renumber", "--write", check=0)
    gate.command("fmt", "--renumber", "--check", check=0)
    assert target.stat().st_mtime_ns == written


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_byte_but_the_numbers_stays(gate, end):
    gate.file.write_bytes(BEFORE.replace("\n", end).encode())
    gate.command("fmt", "--renumber", "--write", "routes.yaml", check=0)
    assert gate.file.read_bytes() == AFTER.replace("\n", end).encode()


@pytest.mark.parametrize("damage, error", [
    (("version: 1", "version: 1\nworker: 1"), "error[unknown-key]"),
    (("priority:   1", "priority:   4711"), "error[duplicate-priority]"),
    (("priority:   1", 'priority:   "${FIRST:-1}"'), "route 'first': its priority is no number there")])
def test_a_file_that_cannot_be_understood_stays(gate, damage, error):
    gate.file.write_text(BEFORE.replace(*damage))
    assert error in gate.command("fmt", "--renumber", "--write", check=1).stderr
    assert gate.file.read_text() == BEFORE.replace(*damage)


def test_fmt_alone_says_what_it_could_do(gate):
    assert "gatehouse fmt --renumber" in gate.command("fmt", check=2).stderr

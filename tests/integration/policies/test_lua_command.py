"""`gatehouse lua` helps to write policies: it reads them as they stand, and tells editors what there is."""

import json

from policies import policy


def test_check_names_file_line_and_column(gate):
    policy(gate, "return {\n  request = function(x)\n    x:dney(403)\n  end\n}", "p")
    done = gate.command("lua", "check", check=1)
    assert "policies/p.lua:3:7: error[unknown-field]: x has no 'dney'" in done.stderr
    assert "did you mean 'deny'?" in done.stderr


def test_check_takes_modules_for_what_they_are(gate):
    policy(gate, "local m = require 'lib' return {request = function(x) m(x) end}", "p")
    policy(gate, "return function(x) x:deny(403) end", "lib")
    policy(gate, "no Lua at all", "p_test")
    assert gate.command("lua", "check", check=0).stdout == "2 files are fine, 0 warnings\n"
    assert gate.command("lua", "check", "policies/p.lua", "policies/p_test.lua", check=0).stdout == "1 file is fine, 0 warnings\n"


def test_check_says_what_a_load_says(gate):
    policy(gate, "return {request = function(x)\n x:deny(418 end}", "p")
    assert "policies/p.lua:2:1: error[bad-policy]: ')' expected near 'end'" in gate.command("lua", "check", check=1).stderr
    policy(gate, "return {with = {role = gate.string 'a role'}, request = function(x, with) return with.rule end}", "p")
    assert "error[unknown-parameter]: `with` has no parameter 'rule'" in gate.command("lua", "check", check=1).stderr


def test_a_global_that_is_set_is_a_warning_unless_strict(gate):
    policy(gate, "return {request = function() n = 1 end}", "p")
    assert "warning[global-write]" in gate.command("lua", "check", check=0).stderr
    gate.command("lua", "check", "--strict", check=1)
    policy(gate, "return {request = function() end}", "other")
    assert gate.command("lua", "check", "policies/other.lua", "--strict", check=0).stdout == "1 file is fine, 0 warnings\n"


def test_stubs_are_written_where_an_editor_finds_them(gate):
    gate.command("lua", "stubs", "--write", check=0)
    stubs = (gate.folder / "policies/.meta/gatehouse.lua").read_text()
    assert stubs.startswith("---@meta\n") and stubs == gate.command("lua", "stubs", check=0).stdout
    settings = json.loads((gate.folder / "policies/.luarc.json").read_text())
    assert settings["workspace"]["library"] == [".meta"] and settings["runtime"]["builtin"]["io"] == "disable"

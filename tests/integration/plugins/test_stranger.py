"""What a stranger does: an installed gateway, a plugin out of its tree."""

import pathlib
import shutil
import subprocess

import pytest

from gateway import BINARY

BUILD = pathlib.Path(BINARY).parent
pytestmark = pytest.mark.plain  # a sanitizer build's headers are the same


@pytest.fixture
def installed(tmp_path):
    prefix = tmp_path / "usr"
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True,
                   stdout=subprocess.DEVNULL)
    return prefix


def runs(*words, cwd):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def builds(folder, prefix):
    runs("cmake", "-B", "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", cwd=folder)
    runs("cmake", "--build", "build", cwd=folder)


def test_a_new_plugin_builds_passes_its_tests_and_runs(gate, installed, tmp_path):
    runs(installed / "bin/gatehouse", "new", "plugin", "greeter", cwd=tmp_path)
    folder = tmp_path / "greeter"
    builds(folder, installed)
    assert "100% tests passed" in runs("ctest", "--test-dir", "build", cwd=folder)
    assert "routes.yaml is fine" in runs(installed / "bin/gatehouse", "check", cwd=folder)
    assert "2 passed" in runs(installed / "bin/gatehouse", "test", cwd=folder)
    text = (folder / "routes.yaml").read_text().replace("127.0.0.1:8080", f"127.0.0.1:{gate.port}")
    gate.routes(text.replace("[build/plugins]", f'["{folder}/build/plugins"]'))
    assert gate.answer("/").text == "Ask with ?greet.\n"
    assert gate.answer("/?greet").text == "good morning\n"


def test_the_smallest_plugin_builds_out_of_the_tree(installed, tmp_path):
    """tests/plugins/asks_first as it stands, with three lines of CMake."""
    folder = tmp_path / "asks_first"
    folder.mkdir()
    shutil.copy(pathlib.Path(__file__).parents[2] / "plugins/asks_first/asks_first.cpp", folder)
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(asks_first LANGUAGES CXX)\n"
        "find_package(Gatehouse REQUIRED)\ngatehouse_add_plugin(asks_first)\n")
    builds(folder, installed)
    needed = runs("nm", "-D", "--undefined-only", "build/plugins/asks_first.so", cwd=folder)
    assert "gatehouse" not in needed
    exported = runs("nm", "-D", "--defined-only", "build/plugins/asks_first.so", cwd=folder)
    assert sorted(line.split()[2] for line in exported.splitlines()) == ["gatehouse_plugin", "gatehouse_stamp"]


def test_an_installed_gateway_finds_its_own_plugins(installed, tmp_path):
    (tmp_path / "routes.yaml").write_text(
        "version: 1\nlisteners: {public: {address: 127.0.0.1:0}}\n"
        "routes: [{name: r, priority: 1, plugins: [headers], action: {respond: {status: 200}}}]\n")
    assert "is fine" in runs(installed / "bin/gatehouse", "check", cwd=tmp_path)


def test_a_name_that_is_none_is_refused(gate):
    done = gate.command("new", "plugin", "../evil", check=2)
    assert "'../evil' is no name for a plugin" in done.stderr
    gate.command("new", "plugin", "twice", check=0)
    assert "it is there already" in gate.command("new", "plugin", "twice", check=1).stderr

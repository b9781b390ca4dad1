"""Every example in README.md and docs/ is true: it is checked or run as it stands there."""

import re
import subprocess

import pytest

from demo import Demo
from document import blocks, commands, fits, whole
from gateway import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"),
                *ROOT.glob("plugins/*/README.md")])
names = [str(page.relative_to(ROOT)) for page in PAGES]
every_page = pytest.mark.parametrize("page", PAGES, ids=names)


@pytest.fixture
def demo(tmp_path):
    made = Demo(tmp_path)
    yield made
    made.close()


def check_yaml(demo, block, page, where):
    if block.file_name:
        (demo.folder / block.file_name).write_text(block.text)
        used = [c for b in blocks(page) if b.language == "console" for c, _ in commands(b)]
        assert any(block.file_name in c for c in used), f"{where}: no command uses {block.file_name}"
        return
    (demo.folder / "example.yaml").write_text(whole(block.text))
    done = subprocess.run(["gatehouse", "check", "-c", "example.yaml"], **demo.options,
                          capture_output=True, text=True)
    assert done.returncode == 0, f"{where}: {done.stderr}"


def check_console(demo, block, page, where):
    found = list(commands(block))
    assert found, f"{where}: no line begins with `$ `"
    for command, printed in found:
        got = demo.run(command)
        assert fits(printed, got), (f"{where}: $ {command}\n--- the page says\n{printed}"
                                    f"--- it prints\n{got}")


def check_unit(demo, block, page, where):
    assert "ExecStart=/usr/bin/gatehouse " in block.text, where
    unit = demo.folder / "example.service"
    unit.write_text(block.text.replace("/usr/bin/gatehouse", str(demo.folder / "bin/gatehouse")))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    ours = [line for line in done.stdout.splitlines() if "example.service" in line]
    assert not ours, f"{where}: {ours}"


def check_plugin(demo, block, page, where):
    """A whole plugin, `// NAME.cpp` in its first line: it compiles, and the gateway takes it."""
    name = re.match(r"// (\w+)\.cpp\n", block.text)[1]
    (demo.folder / "plugins").mkdir(exist_ok=True)
    (demo.folder / f"{name}.cpp").write_text(block.text)
    done = subprocess.run(
        ["g++", "-std=c++20", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror",
         f"-I{ROOT}/gateway/include", f"{name}.cpp", "-o", f"plugins/{name}.so"],
        cwd=demo.folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{where}: {done.stderr}"
    (demo.folder / "taken.yaml").write_text(whole(
        "plugin_path: [plugins]\ntarget_groups: {shop: {targets: ['127.0.0.1:1']}}\n"
        f"plugins: {{it: {{use: {name}, with: {WITH.get(name, '{}')}}}}}\n"))
    done = subprocess.run(["gatehouse", "check", "-c", "taken.yaml"], **demo.options,
                          capture_output=True, text=True)
    assert done.returncode == 0, f"{where}: {done.stderr}"


def check_policy(demo, block, page, where):
    """A whole policy, `-- policies/NAME.lua: …` in its first line: a route takes it, a test passes, and what ships is shown as it is."""
    name = re.match(r"-- (policies/\w+\.lua):", block.text)[1]
    if (ROOT / name).exists():
        assert (ROOT / name).read_text() == block.text, where
    (demo.folder / "policies").mkdir(exist_ok=True)
    (demo.folder / name).write_text(block.text)
    if name.endswith("_test.lua"):  # of the policy that an earlier block has shown
        done = subprocess.run(["gatehouse", "test", name], **demo.options, capture_output=True, text=True)
        assert done.returncode == 0, f"{where}: {done.stdout}{done.stderr}"
        return
    step = f"{{script: {name}, with: {WITH.get(name, '{}')}}}"
    (demo.folder / "taken.yaml").write_text(whole(
        f"routes: [{{name: r, priority: 1, policy: {step}, action: {{respond: {{status: 204}}}}}}]\n"))
    done = subprocess.run(["gatehouse", "check", "-c", "taken.yaml"], **demo.options, capture_output=True, text=True)
    assert done.returncode == 0, f"{where}: {done.stderr}"


WITH = {"ask": "{target_group: shop}", "policies/require_role.lua": "{roles: [admin]}"}
CHECKS = {"yaml": check_yaml, "console": check_console, "ini": check_unit, "cpp": check_plugin, "lua": check_policy}


@every_page
def test_every_example_is_true(demo, page):
    text = page.read_text()
    for block in blocks(text):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.excused:
            continue
        assert block.language in CHECKS, f"{where}: neither run nor marked `<!-- not run: WHY -->`"
        CHECKS[block.language](demo, block, text, where)


def anchors(page):
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.*)", page.read_text(), re.M)}


@every_page
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), f"{page.name}: no {target}"
        assert not anchor or anchor in anchors(linked), f"{page.name}: no heading for {target}"


@every_page
def test_files_that_a_page_names_are_there(page):
    for name in re.findall(r"`((?:gateway|infra|tests|docs|plugins|policies)/[\w./-]*)`", page.read_text()):
        assert (ROOT / name).exists(), f"{page.name}: no {name}"


def test_every_decision_is_short_and_numbered_in_turn():
    notes = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [note.name[:5] for note in notes] == [f"{n:04d}-" for n in range(1, len(notes) + 1)]
    long = [note.name for note in notes if len(note.read_text().splitlines()) > 40]
    assert not long

"""`cmake --install` puts a program in place that needs nothing of the tree."""

import pathlib
import subprocess

from gateway import BINARY

BUILD = pathlib.Path(BINARY).resolve().parent


def test_what_is_installed_runs_and_its_file_is_fine(tmp_path):
    prefix = tmp_path / "usr"
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True,
                   stdout=subprocess.DEVNULL)
    files = sorted(str(p.relative_to(prefix)) for p in prefix.rglob("*") if p.is_file())
    for_plugins = ("include/gatehouse/", "lib/cmake/Gatehouse/", "lib/gatehouse/plugins/")
    assert [file for file in files if not file.startswith(for_plugins)] == [
        "bin/gatehouse", "share/bash-completion/completions/gatehouse", "share/doc/gatehouse/LICENSE",
        "share/doc/gatehouse/routes.yaml", "share/fish/vendor_completions.d/gatehouse.fish",
        "share/man/man1/gatehouse.1", "share/zsh/site-functions/_gatehouse"]
    for folder in for_plugins:
        assert any(file.startswith(folder) for file in files), folder
    assert (prefix / "share/man/man1/gatehouse.1").read_text().startswith('.\\"')
    done = subprocess.run([prefix / "bin/gatehouse", "check", "-c", "share/doc/gatehouse/routes.yaml"],
                          cwd=prefix, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("share/doc/gatehouse/routes.yaml is fine")

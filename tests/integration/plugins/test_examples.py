"""The gateway's own plugins have examples that `gatehouse test` runs, as those of strangers may."""

from gateway import ROOT


def test_the_examples_of_the_plugins_do_what_they_say(gate):
    """One of them leaves a copy under way when its worker ends, which is given up there."""
    done = gate.command("test", str(ROOT / "plugins"), check=0)
    assert " 0 failed" in done.stdout
    examples = list((ROOT / "plugins").glob("*/*_test.yaml"))
    assert len(examples) >= 10 and all(str(file) in done.stdout for file in examples)

"""`reload: {watch: true}`: however an editor or a tool writes the file, the change is seen."""

import pytest

from patience import until
from process import descriptors

WATCH = "\nreload: {watch: true}"
ONE = "default: {action: {respond: {status: 200, body: one}}}" + WATCH
TWO = "default: {action: {respond: {status: 200, body: two}}}" + WATCH


def in_place(gate, text):
    """echo > routes.yaml, nano, emacs with backup-by-copying."""
    gate.file.write_text(text)


def in_pieces(gate, text):
    """What is half written is not loaded: the file is read once it was closed."""
    with open(gate.file, "w") as file:
        for at in range(0, len(text), 50):
            file.write(text[at:at + 50])
            file.flush()


def renamed_over(gate, text):
    """VS Code, sed -i, most configuration tools."""
    fresh = gate.file.with_suffix(".tmp")
    fresh.write_text(text)
    fresh.rename(gate.file)


def backed_up_and_written_anew(gate, text):
    """vim: the old file becomes routes.yaml~, and a new one is made in its place."""
    gate.file.rename(gate.file.with_name("routes.yaml~"))
    gate.file.write_text(text)


def deleted_and_written_anew(gate, text):
    gate.file.unlink()
    gate.file.write_text(text)


def linked_to_another_version(gate, text):
    """ln -sfn, as deployment scripts do it."""
    version = gate.folder / "version-2.yaml"
    version.write_text(text)
    link = gate.folder / "link"
    link.symlink_to(version)
    link.rename(gate.file)


@pytest.mark.parametrize("write", [in_place, in_pieces, renamed_over, backed_up_and_written_anew,
                                   deleted_and_written_anew, linked_to_another_version])
def test_a_change_is_seen(gate, write):
    gate.routes(ONE)
    write(gate, gate.file.read_text().replace("body: one", "body: two"))
    until(lambda: gate.answer().text == "two", "the change was not seen")
    write_again = renamed_over if write is linked_to_another_version else write
    write_again(gate, gate.file.read_text().replace("body: two", "body: three"))
    until(lambda: gate.answer().text == "three", "the second change was not seen")
    assert gate.metric("gatehouse_config_stale") == 0
    assert gate.metric("gatehouse_config_refused_total") == 0


def test_a_projected_volume_is_seen(gate):
    """Kubernetes: routes.yaml -> ..data/routes.yaml, and ..data is what is renamed."""
    gate.writes(ONE)
    versions = []
    for number, body in enumerate(("one", "two", "three")):
        folder = gate.folder / f"..version-{number}"
        folder.mkdir()
        (folder / "routes.yaml").write_text(
            gate.file.read_text().replace("body: one", f"body: {body}"))
        versions.append(folder.name)
    gate.file.unlink()
    gate.file.symlink_to("..data/routes.yaml")

    def points_at(version):
        fresh = gate.folder / "..data_tmp"
        fresh.symlink_to(version)
        fresh.rename(gate.folder / "..data")
    points_at(versions[0])
    gate.start()
    for version, body in zip(versions[1:], ("two", "three")):
        points_at(version)
        until(lambda: gate.answer().text == body, f"{body} was not seen")


@pytest.mark.parametrize("write", [in_place, renamed_over])
def test_a_change_behind_a_link_is_seen(gate, write):
    """/etc/gatehouse/routes.yaml -> /srv/checkout/routes.yaml, and the checkout is what changes."""
    gate.writes(ONE)
    checkout = gate.folder / "checkout"
    checkout.mkdir()
    link, gate.file = gate.file, gate.file.rename(checkout / "gate.yaml")
    link.symlink_to(gate.file)
    gate.file, real = link, gate.file
    gate.start()
    gate.file = real
    for old, new in (("one", "two"), ("two", "three")):
        write(gate, real.read_text().replace(f"body: {old}", f"body: {new}"))
        until(lambda: gate.answer().text == new, f"{new} was not seen")


def test_a_folder_that_is_replaced_is_watched_again(gate):
    """mv conf conf.old && mv conf.new conf, as deployments do it."""
    gate.writes(ONE)
    conf = gate.folder / "conf"
    conf.mkdir()
    gate.file = gate.file.rename(conf / "routes.yaml")
    gate.start()
    fresh = gate.folder / "conf.new"
    fresh.mkdir()
    (fresh / "routes.yaml").write_text(gate.file.read_text().replace("body: one", "body: two"))
    conf.rename(gate.folder / "conf.old")
    fresh.rename(conf)
    until(lambda: gate.answer().text == "two", "the new folder was not seen")
    renamed_over(gate, gate.file.read_text().replace("body: two", "body: three"))
    until(lambda: gate.answer().text == "three", "a change in the new folder was not seen")


def test_a_broken_file_is_told_once_and_its_repair_is_seen(gate):
    gate.allows_error("config_refused")
    gate.allows_error("config_missing")
    gate.routes(ONE)
    in_place(gate, "version: 1\nrooutes: []\n")
    gate.waits_for_metric("gatehouse_config_stale", 1)
    assert gate.answer().text == "one"
    gate.writes(TWO)
    until(lambda: gate.answer().text == "two", "the repair was not seen")
    gate.waits_for_metric("gatehouse_config_stale", 0)
    assert gate.metric("gatehouse_config_refused_total") == 1


def test_other_files_of_the_folder_do_not_reload(gate):
    gate.routes(ONE)
    for number in range(20):
        (gate.folder / f"other-{number}").write_text("x")
    gate.writes(TWO)
    until(lambda: gate.answer().text == "two", "the change was not seen")
    assert gate.metric("gatehouse_config_reloads_total") == 1


def test_watching_can_be_switched_off_and_on(gate):
    gate.routes(ONE)
    watching = descriptors(gate.serving_pid())
    gate.writes(TWO.replace("true", "false"))
    until(lambda: gate.answer().text == "two", "the change was not seen")
    until(lambda: descriptors(gate.serving_pid()) == watching - 1, "the folder is still watched")
    gate.writes(ONE)
    gate.admin("/reload", "POST")
    gate.writes(TWO)
    until(lambda: gate.answer().text == "two", "the change was not seen")


def test_a_watch_that_the_system_denies_is_said(gate):
    gate.prefix = ["unshare", "--user", "--map-root-user", "sh", "-c",
                   'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"', "sh"]
    gate.routes(ONE)
    assert "max_user_instances" in gate.waits_for_event("watch_failed")["error"]
    gate.reload(TWO)
    assert gate.answer().text == "two"

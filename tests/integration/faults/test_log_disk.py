"""A disk that is full or gone under the access log costs records, never requests."""

import os
import pathlib
import signal
import subprocess

import pytest

import others
from patience import until


def logs_to(path, option=""):
    return f"""
        access_log: {{path: {path}{option}}}
        routes: [{others.FINE}]
        default: {{action: {{respond: {{status: 204}}}}}}"""


def test_a_full_disk_costs_records_not_requests(gate):
    gate.allows_error("access_log_failed")
    gate.routes(logs_to("/dev/full"))
    for _ in range(50):
        others.are_served(gate)
    until(lambda: gate.metric("gatehouse_access_log_failed_total") >= 50, "lost records not counted")
    assert gate.waits_for_event("access_log_failed")["path"] == "/dev/full"


@pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode,
    reason="needs a mount namespace for a small disk")
def test_a_disk_that_has_room_again_is_written_again(gate):
    """128 KiB of disk, filled by the log itself."""
    gate.allows_error("access_log_failed")
    disk = gate.folder / "disk"
    disk.mkdir()
    gate.prefix = ["unshare", "--mount", "sh", "-c",
                   f'mount -t tmpfs -o size=128k none "{disk}" && exec "$@"', "sh"]
    gate.routes(logs_to(disk / "access.log") + "\n        limits: {requests_per_connection: 0}")
    seen_inside = pathlib.Path(f"/proc/{gate.serving_pid()}/root{disk}/access.log")
    with gate.connect() as client:
        for number in range(900):
            client.gets(f"/fine?{number}&" + "x" * 300).expects(200)
        gate.waits_for_event("access_log_failed")
        others.are_served(gate)
        # Once all of them are dealt with: what is still to come would fill the disk again.
        until(lambda: gate.metric("gatehouse_access_log_failed_total") + gate.metric("gatehouse_access_log_dropped_total")
              + seen_inside.read_bytes().count(b"\n") >= 900, "records are missing")
        assert gate.metric("gatehouse_access_log_failed_total") >= 1
        os.truncate(seen_inside, 0)
        until(lambda: client.gets("/fine?again").expects(200)
              and b"again" in seen_inside.read_bytes(), "the log does not go on")
    for line in seen_inside.read_bytes().split(b"\n")[1:-1]:
        assert line.startswith(b"{") and line.endswith(b"}"), line


def test_a_log_folder_that_is_missing_is_said_at_start(gate):
    gate.writes(logs_to("/no/such/folder/access.log"))
    done = gate.command("run", "-c", str(gate.file), check=1)
    assert "/no/such/folder/access.log" in done.stderr and "is the folder there" in done.stderr


def test_a_reader_of_the_log_that_stops_reading_costs_records_not_requests(gate):
    """The log is a pipe, and its reader hangs."""
    pipe = gate.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    gate.allows_error("access_log_failed")
    gate.routes(logs_to(pipe) + "\n        limits: {requests_per_connection: 0}")
    with gate.connect() as client:
        for _ in range(5000):
            client.gets("/fine?" + "x" * 200).expects(200)
        others.are_served(gate)
        until(lambda: gate.metric("gatehouse_access_log_failed_total")
              + gate.metric("gatehouse_access_log_dropped_total") > 1000, "losses are not counted")
    os.close(reader)


def test_a_folder_that_went_away_is_said_at_a_rotation_and_the_old_file_goes_on(gate):
    gate.allows_error("access_log_failed")
    folder = gate.folder / "logs"
    folder.mkdir()
    gate.routes(logs_to(folder / "access.log"))
    folder = folder.rename(gate.folder / "moved")
    gate.process.send_signal(signal.SIGUSR1)
    said = gate.waits_for_event("access_log_failed")["message"]
    assert "No such file or directory" in said and "0 records lost" in said
    others.are_served(gate)
    until(lambda: "/fine" in (folder / "access.log").read_text(), "its record is lost")

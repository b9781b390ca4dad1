"""What the system knows of a process."""

import os
import pathlib
import select
import signal

from patience import until


def waits_for_end(pid, what, within=8.0):
    """Until the process has ended, reaped or not: an orphan's new parent may be slow to reap it, and
    a signal can be sent to it until then."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        until(lambda: select.select([handle], [], [], 0)[0], what, within)
    finally:
        os.close(handle)


def stops(pid):
    """Stops the process (SIGSTOP) and waits until no thread of it runs any more."""
    os.kill(pid, signal.SIGSTOP)

    def stopped():
        return all("T" in task.read_text().rpartition(")")[2].split()[0]
                   for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"))
    until(stopped, "the process does not stop")


def _status(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return line.split()[1:]
    raise AssertionError(f"/proc/{pid}/status has no {key}")


def resident(pid):
    """Bytes that are in memory now."""
    return int(_status(pid, "VmRSS")[0]) * 1024


def peak_resident(pid):
    """The most bytes that were in memory since the start or `forget_peak`."""
    return int(_status(pid, "VmHWM")[0]) * 1024


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def user_ids(pid):
    """The real, effective, saved and file system user."""
    return {int(n) for n in _status(pid, "Uid")}


def group_ids(pid):
    return {int(n) for n in _status(pid, "Gid") + _status(pid, "Groups")}


def descriptors(pid):
    """How many the process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))

"""Processes that are measured: started on one core, their time and memory read from /proc."""

import os
import re
import signal
import socket
import subprocess

from harness import until

CONTENDER_CORE, LOAD_CORE = 0, 1


def pinned(*command, core=LOAD_CORE):
    """The command, on one core."""
    return ["taskset", "-c", str(core), *command]


def children(pid):
    """The processes that `pid` started, whichever of its threads did."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            found += [int(word) for word in file.read().split()]
    return found


def tree(pid):
    """`pid` and all that descend from it."""
    found = [pid]
    for member in found:
        try:
            found += children(member)
        except FileNotFoundError:
            pass
    return found


def cpu_seconds(pid):
    """Time on a processor of every thread of the tree: the scheduler's nanoseconds, since ticks are too coarse."""
    total = 0
    for member in tree(pid):
        for task in os.listdir(f"/proc/{member}/task"):
            try:
                with open(f"/proc/{member}/task/{task}/schedstat") as file:
                    total += int(file.read().split()[0])
            except FileNotFoundError:
                pass
    return total / 1e9


def resident_kib(pid, kind="VmRSS"):
    """Resident memory of the tree; `kind` is a row of /proc/PID/status."""
    total = 0
    for member in tree(pid):
        with open(f"/proc/{member}/status") as file:
            found = re.search(rf"{kind}:\s+(\d+)", file.read())
        total += int(found.group(1)) if found else 0
    return total


def wait_for_port(port):
    def listens():
        try:
            socket.create_connection(("127.0.0.1", port), 0.3).close()
        except OSError:
            return False
        return True
    until(listens, f"nothing listens on {port}", 30)


class Process:
    """A process group; everything it writes goes to `log`."""

    def __init__(self, command, core=None, log=None, folder=None, env=None):
        words = command if core is None else pinned(*command, core=core)
        with open(log or os.devnull, "ab") as output:
            self._process = subprocess.Popen(
                words, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=folder,
                env={**os.environ, **(env or {})}, start_new_session=True)
        self.pid = self._process.pid

    def ended(self):
        return self._process.poll() is not None

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def thread(pid, name):
    """The thread of that name, or the first of them."""
    for task in sorted(os.listdir(f"/proc/{pid}/task"), key=int):
        with open(f"/proc/{pid}/task/{task}/comm") as file:
            if file.read().strip() == name:
                return int(task)
    raise LookupError(f"process {pid} has no thread {name}")


def thread_cpu_seconds(pid, task):
    with open(f"/proc/{pid}/task/{task}/schedstat") as file:
        return int(file.read().split()[0]) / 1e9

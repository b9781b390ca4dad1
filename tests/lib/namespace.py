"""A network of its own, with nothing on it but loopback: fixed ports are free, and the world is not there."""

import os
import signal
import subprocess

from patience import seconds, until


class Namespace:
    def __init__(self):
        self._started = []
        enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
        self._holder = subprocess.Popen(
            [*enter, "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"],
            stdout=subprocess.PIPE, text=True)
        assert self._holder.stdout.readline() == "up\n", "this machine lets nobody make a network namespace"
        users = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        self.prefix = ["nsenter", f"--target={self._holder.pid}", *users, "--net"]

    def starts(self, *words, **options):
        """Starts a command that goes on; it leads a process group."""
        process = subprocess.Popen([*self.prefix, *words], start_new_session=True, **options)
        self._started.append(process)
        return process

    def runs(self, *words, within=30, **options):
        """What a command printed: .stdout, .returncode; standard error is in stdout."""
        return subprocess.run([*self.prefix, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=seconds(within), **options)

    def listening(self):
        """The ports that somebody listens on."""
        lines = self.runs("ss", "--tcp", "--listening", "--numeric", "--no-header").stdout.splitlines()
        return {int(line.split()[3].rpartition(":")[2]) for line in lines}

    def occupies(self, port):
        """Somebody else listens there."""
        self.starts("/usr/bin/python3", "-c", "import signal, socket\n"
                    f"s = socket.create_server(('127.0.0.1', {port}))\nsignal.pause()")
        until(lambda: port in self.listening(), f"nobody listens on {port}")

    def _inside(self):
        """Everybody who is in this network, whoever started them."""
        ours = os.readlink(f"/proc/{self._holder.pid}/ns/net")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/net") == ours:
                    yield int(pid)
            except OSError:
                continue

    def close(self):
        for pid in self._inside():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in (*self._started, self._holder):
            process.wait()
        self._holder.stdout.close()

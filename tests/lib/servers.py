"""Real servers to stand behind the gateway; each is a process of its own."""

import pathlib
import re
import shutil
import signal
import socket
import subprocess

import ports
from patience import seconds, until

BEHIND = pathlib.Path(__file__).parent / "behind"


class Server:
    def __init__(self, folder, *command, port=None):
        self.port = port or ports.reserve()
        self.address = f"127.0.0.1:{self.port}"
        self._log = folder / f"{pathlib.Path(command[0]).name}-{self.port}.log"
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen(
                [word.replace("{port}", str(self.port)) for word in command], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self._listens, f"{command[0]} does not listen", 20)

    def _listens(self):
        assert self.process.poll() is None, self._log.read_text(errors="replace")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait()
        ports.release(self.port)


class Nginx(Server):
    """Serves the files of `.site`, compressed where the client likes it."""

    def __init__(self, folder):
        self.site = folder / "site"
        self.site.mkdir()
        folder.chmod(0o755)
        self.site.chmod(0o755)
        port = ports.reserve()
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                             ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"""
            daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
            worker_processes 1;
            events {{ worker_connections 4096; }}
            http {{ access_log off; {temporary} keepalive_requests 100000;
                   server {{ listen 127.0.0.1:{port}; root {self.site};
                            gzip on; gzip_proxied any; gzip_min_length 1; }} }}""")
        super().__init__(folder, shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c",
                         str(folder / "nginx.conf"), "-g", "user root;", port=port)


class Redis(Server):
    """Debian's redis-server, empty, whose process the test stops and starts."""

    def __init__(self, folder, *options):
        self._folder = folder
        self._options = options
        self.socket = folder / f"redis-{len(str(folder))}.sock"
        self._run(ports.reserve())

    def _run(self, port):
        super().__init__(self._folder, "redis-server", "--port", str(port), "--bind", "127.0.0.1",
                         "--save", "", "--unixsocket", str(self.socket), *self._options, port=port)

    def dies(self):
        self.process.kill()
        self.process.wait()

    def starts(self):
        """Where it was, and with nothing of what it had."""
        self._run(self.port)

    def hangs(self):
        self.process.send_signal(signal.SIGSTOP)
        state = pathlib.Path(f"/proc/{self.process.pid}/stat")
        until(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "T", "redis-server runs on")

    def goes_on(self):
        self.process.send_signal(signal.SIGCONT)

    def asks(self, command):
        """What it replies, as it stands on the wire."""
        with socket.create_connection(("127.0.0.1", self.port), seconds(5)) as sock:
            sock.sendall(f"{command}\r\nQUIT\r\n".encode())
            text = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
        return text.removesuffix("+OK\r\n").rstrip()

    def calls(self, command):
        """How often that command was called, by anybody."""
        found = re.search(rf"^cmdstat_{command}:calls=(\d+)", self.asks("INFO commandstats"), re.M)
        return int(found.group(1)) if found else 0


class Node(Server):
    """A script of tests/lib/behind, in Node; it gets its port and `words`."""

    def __init__(self, folder, script, *words):
        super().__init__(folder, "node", str(BEHIND / script), "{port}", *words)

"""Real servers to stand behind the gateway; each is a process of its own."""

import pathlib
import shutil
import socket
import subprocess

import ports
from patience import until

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


class Node(Server):
    """A script of tests/lib/behind, in Node; it gets its port and `words`."""

    def __init__(self, folder, script, *words):
        super().__init__(folder, "node", str(BEHIND / script), "{port}", *words)

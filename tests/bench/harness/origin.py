"""The origin of comparisons: nginx on the load generator's core, so that it costs the contenders nothing."""

from harness import ports
from harness.processes import LOAD_CORE, Process, wait_for_port

FILE = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 16000; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 300s; sendfile on; tcp_nopush on;
  default_type text/plain;
  server {{
    listen 127.0.0.1:{port} backlog=8192; root {folder};
    location / {{ return 200 "{body}"; }}
    location = /api/1m {{ }}
  }}
}}
"""


class Origin:
    """Answers 1 KiB to everything, and 1 MiB to /api/1m."""

    def __init__(self, folder):
        folder.mkdir()
        folder.chmod(0o755)
        self.port = ports.reserve()
        (folder / "api").mkdir()
        (folder / "api/1m").write_bytes(bytes(range(256)) * 4096)
        file = folder / "nginx.conf"
        file.write_text(FILE.format(folder=folder, port=self.port, body="x" * 1024))
        self._process = Process(["nginx", "-p", str(folder), "-c", str(file)], core=LOAD_CORE, log=folder / "log")
        wait_for_port(self.port)

    def stop(self):
        self._process.stop()
        ports.release(self.port)

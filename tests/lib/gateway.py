"""The gateway under test: its file, its process, and what it says about itself."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import metrics_text
import ports
import routes_file
from client import Client
from patience import SLOW, seconds, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(os.environ.get("GATEHOUSE_BINARY", ROOT / "build/release/gatehouse"))
SANITIZERS = ("ERROR: AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:")


class Gateway:
    def __init__(self, folder, transcript, names):
        self.folder = folder
        self.file = folder / "routes.yaml"
        self.access_log = folder / "access.log"
        self.stderr = folder / "stderr.log"
        self.names = names  # what {word} means in the file
        self.port = ports.reserve()
        self.admin_port = ports.reserve()
        self.env = dict(os.environ)
        self.process = None
        self.prefix = []  # a command in front of the gateway's, such as prlimit
        self._transcript = transcript
        self._clients = []
        self._allowed = []

    # ---- file and process

    def writes(self, text):
        """Writes routes.yaml, completed; the gateway is not told."""
        whole = routes_file.complete(text, self.names, self.port, self.admin_port, self.folder)
        replacement = self.folder / ".routes.yaml.new"
        replacement.write_text(whole)
        replacement.rename(self.file)
        return whole

    def routes(self, text):
        """Writes routes.yaml and starts the gateway on it."""
        self.writes(text)
        self.start()
        return self

    def start(self, *options):
        before = len(self.events("config_loaded"))
        with open(self.stderr, "ab") as stderr:
            self.process = subprocess.Popen(
                [*self.prefix, BINARY, "run", "-c", str(self.file), *options],
                stdout=open(self.folder / "stdout.log", "ab"), stderr=stderr,
                stdin=subprocess.DEVNULL, env=self.env, cwd=self.folder, start_new_session=True)
        self._wait_until_it_listens(before)

    def _wait_until_it_listens(self, before):
        def ready():
            assert self.process.poll() is None, f"the gateway ended: {self.stderr_text()}"
            return len(self.events("config_loaded")) > before
        until(ready, lambda: f"no configuration went live: {self.stderr_text()}", 10)

    def stop(self, sign=signal.SIGTERM, within=8.0):
        """Ends the gateway and returns its exit code."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(sign)
        try:
            return process.wait(seconds(within))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"the gateway did not end within {within} s") from None

    def ends(self, within=8.0):
        """Waits until it ends by itself; returns its exit code."""
        process, self.process = self.process, None
        return process.wait(seconds(within))

    def command(self, *words, check=None):
        """Runs `gatehouse WORDS…` and returns what it printed."""
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, env=self.env,
                              cwd=self.folder, timeout=seconds(20))
        if check is not None:
            assert done.returncode == check, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def reload(self, text):
        """Writes a good file, sends SIGHUP, waits until it is live (of which the log may tell up to
        a second later)."""
        before = self.generation()
        self.writes(text)
        self.process.send_signal(signal.SIGHUP)
        until(lambda: self.generation() > before,
              lambda: f"the reload did not go live: {self.stderr_text()}")

    def generation(self):
        return self.admin("/generations")["live"]

    # ---- clients

    def connect(self, address=None, **options):
        number = len(self._clients) + 1
        client = Client(address or ("127.0.0.1", self.port), number, self._transcript, **options)
        self._clients.append(client)
        return client

    def answer(self, target="/", *fields, host="shop.test"):
        """GET on a connection of its own."""
        with self.connect() as client:
            return client.gets(target, "Connection: close", *fields, host=host).expects_any()

    # ---- what it says about itself

    def records(self, count=1):
        """The access log's records, once there are `count`."""
        return until(lambda: (r := self._records()) and len(r) >= count and r,
                     lambda: f"{len(self._records())} of {count} records in the access log")

    def record(self, **wanted):
        """The one record with these values, once it is there."""
        def find():
            return [r for r in self._records() if all(r.get(k) == v for k, v in wanted.items())]
        found = until(find, lambda: f"no record with {wanted} in {self._records()}")
        assert len(found) == 1, f"{len(found)} records with {wanted}"
        return found[0]

    def _records(self):
        if not self.access_log.exists():
            return []
        lines = self.access_log.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def stderr_text(self):
        return self.stderr.read_text(errors="replace") if self.stderr.exists() else ""

    def events(self, word=None):
        found = [json.loads(l) for l in self.stderr_text().splitlines() if l.startswith('{"time"')]
        return [e for e in found if word is None or e["event"] == word]

    def event(self, word):
        return next(iter(self.events(word)), None)

    def waits_for_event(self, word, count=1):
        return until(lambda: len(e := self.events(word)) >= count and e[count - 1],
                     lambda: f"no event {word} ({count}): {self.stderr_text()}")

    def admin(self, path, method="GET", status=200):
        """Asks the admin API; a JSON answer comes as values, else as text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=seconds(8)) as answer:
                got, kind, body = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            got, kind, body = error.code, error.headers["Content-Type"], error.read()
        assert got == status, f"{method} {path}: expected {status}, got {got} {body[:2000]}"
        return json.loads(body) if "json" in (kind or "") else body.decode()

    def metric(self, name, **labels):
        """The sum of the samples of that name which have these labels."""
        return metrics_text.total(self.admin("/metrics"), name, labels)

    def waits_for_metric(self, name, value, **labels):
        until(lambda: self.metric(name, **labels) == value,
              lambda: f"{name}{labels} is {self.metric(name, **labels)}, not {value}")

    def serving_pid(self):
        started = ("serving_started", "serving_restarted")
        return until(lambda: [e for e in self.events() if e["event"] in started],
                     lambda: f"no serving process: {self.stderr_text()}")[-1]["pid"]

    # ---- the end of a test

    def allows_error(self, word):
        """This test makes the gateway log that event of level error."""
        self._allowed.append(word)

    def close(self):
        for client in self._clients:
            client.wire.sock.close()
        code = self.stop()
        ports.release(self.port)
        ports.release(self.admin_port)
        text = self.stderr_text()
        for sanitizer in SANITIZERS:
            assert sanitizer not in text, f"a sanitizer's report: {text}"
        bad = [e for e in self.events() if e["level"] == "error" and e["event"] not in self._allowed]
        assert not bad, f"errors that the test did not name: {bad}"
        assert code in (None, 0), f"exit code {code}: {text}"

    @property
    def slow(self):
        return SLOW > 1


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False

"""The gateway as it is measured: its file and its process."""

import json
import os
import shutil
import signal

from harness import ROOT, ports, until
from harness.processes import Process, children

BINARY = os.environ.get("GATEHOUSE_BINARY", str(ROOT / "build/release/gatehouse"))
# Connections live as long as the load generator's, and nothing happens by itself.
FRONT = """version: 1
workers: 1
reload: {{watch: false, keep: 1}}
admin: {{address: "127.0.0.1:{admin}"}}
access_log: {access_log}
limits: {{requests_per_connection: 0, body: 0}}
timeouts: {{keep_alive: 300s}}
listeners: {{public: {{address: "127.0.0.1:{port}"}}}}
target_groups: {{origin: {{targets: ["127.0.0.1:{origin}"]}}}}
default: {{action: {{respond: {{status: 404}}}}}}
"""
ONE_RULE = ['{name: api, priority: 1, when: {path: "/api/*"}, action: {forward: origin}}']


class Gatehouse:
    """A gateway on a folder of its own; `rules` are the entries of `routes`, in flow style,
    `more` further sections; `before(gateway)` is called when its file is written."""

    def __init__(self, folder, origin_port, rules=None, access_log="off", prefix=(), core=None, env=None, more="",
                 policies=False, before=None):
        self.folder = folder
        self.file = folder / "routes.yaml"
        self.port = ports.reserve()
        self.admin_port = ports.reserve()
        self.origin_port = origin_port
        self.access_log = access_log
        self.more = more
        if policies:
            shutil.copytree(ROOT / "tests/contract/policies", folder / "policies")
        self.writes(rules or ONE_RULE)
        if before:
            before(self)
        self.stderr = folder / "stderr.log"
        self.process = Process([*prefix, BINARY, "run", "-c", str(self.file)], core=core, log=self.stderr,
                               folder=folder, env=env)
        until(lambda: "serving_started" in self.stderr.read_text() or self.process.ended(),
              lambda: f"the gateway does not serve: {self.stderr.read_text()}", 60)

    def writes(self, rules):
        front = FRONT.format(port=self.port, admin=self.admin_port, origin=self.origin_port, access_log=self.access_log)
        self.file.write_text(front + self.more + "routes:\n" + "".join(f"  - {rule}\n" for rule in rules))

    def reload(self, rules):
        """Has them loaded; returns the event that says that they are live."""
        before = len(self.loaded())
        self.writes(rules)
        os.kill(self.pid, signal.SIGHUP)
        return until(lambda: self.loaded()[before:], lambda: f"no reload: {self.stderr.read_text()}", 60)[0]

    def loaded(self):
        events = (line for line in self.stderr.read_text().splitlines() if '"event":"config_loaded"' in line)
        return [json.loads(line) for line in events]

    @property
    def pid(self):
        return self.process.pid

    def serving_pid(self):
        return children(self.pid)[0]

    def stop(self):
        self.process.stop()
        ports.release(self.port)
        ports.release(self.admin_port)

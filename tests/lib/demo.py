"""The demo of infra/run.sh with a routes.yaml that a test may change."""

import os
import pathlib
import shutil

from gateway import BINARY, ROOT
from namespace import Namespace
from patience import until


class Demo:
    """In a network and a folder of its own; started at the first command."""

    def __init__(self, folder):
        self.folder = folder
        self.net = None
        (folder / "bin").mkdir()
        (folder / "bin/gatehouse").symlink_to(pathlib.Path(BINARY).resolve())
        self.env = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder)}
        self.options = {"cwd": folder, "env": self.env}

    def start(self):
        self.net = Namespace()
        shutil.copy(ROOT / "routes.yaml", self.folder)
        for server in ("frontend", "backend"):
            self.net.starts("/usr/bin/python3", str(ROOT / f"infra/demo/{server}.py"), **self.options)
        log = open(self.folder / "gatehouse.log", "ab")
        gateway = self.net.starts("gatehouse", "run", stdout=log, stderr=log, **self.options)
        self.env["MAINPID"] = str(gateway.pid)
        until(lambda: {3000, 5001, 8080, 9901} <= self.net.listening(), "the demo did not start")

    def run(self, command):
        if self.net is None:
            self.start()
        return self.net.runs("sh", "-c", command, **self.options).stdout

    def close(self):
        if self.net is not None:
            self.net.close()

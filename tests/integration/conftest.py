"""The fixtures of the integration tests: `gate`, `origin`, and what a failing test prints."""

import os
import shlex
import signal
import sys

import pytest

from gateway import BINARY, Gateway
from origin import Origin
from ports import Refusing
from servers import Nginx, Node, Redis
from transcript import Transcript

# A shell starts what is to run in the background with SIGINT ignored, and so would be all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def wire_log():
    return Transcript()


@pytest.fixture
def names():
    """What {word} means in a test's routes.yaml."""
    return {}


@pytest.fixture
def gate(tmp_path, wire_log, names):
    gateway = Gateway(tmp_path, wire_log, names)
    yield gateway
    gateway.close()


@pytest.fixture
def origins(wire_log, names):
    """Makes further origins: origins("second") is {second} in the file."""
    made = []

    def make(name):
        made.append(Origin(name, wire_log))
        names[name] = made[-1].address
        return made[-1]

    yield make
    for each in made:
        each.stop()
    for each in made:
        assert not each.trouble, "\n".join(each.trouble)
        assert not each.unmet(), f"{each.name} never got what it expects: {each.unmet()}"


@pytest.fixture
def origin(origins):
    return origins("origin")


@pytest.fixture
def dead(names):
    """{dead}: an address that refuses every connection."""
    refusing = Refusing()
    names["dead"] = refusing.address
    yield refusing.address
    refusing.close()


@pytest.fixture
def nginx(tmp_path):
    """nginx, serving the files of `nginx.site`."""
    server = Nginx(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def redis(tmp_path, names):
    """{redis}: the address of a redis-server of the test's own."""
    server = Redis(tmp_path)
    names["redis"] = server.address
    yield server
    server.stop()


@pytest.fixture
def node(tmp_path):
    """Starts a script of tests/lib/behind in Node: node("echo.js")."""
    started = []

    def start(script, *words):
        started.append(Node(tmp_path, script, *words))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not report.failed:
        return
    used = getattr(item, "funcargs", {})
    if "wire_log" in used:
        report.sections.append(("on the wires (-> to the gateway, <- from it)",
                                used["wire_log"].text()))
    gateway = used.get("gate")
    if gateway is not None:
        if gateway.file.exists():
            report.sections.append(("routes.yaml", gateway.file.read_text(errors="replace")))
        report.sections.append(("the gateway's log", gateway.stderr_text()[-20000:]))
        if gateway.access_log.is_file():
            report.sections.append(
                ("access log", gateway.access_log.read_text(errors="replace")[-8000:]))
    binary = f"GATEHOUSE_BINARY={shlex.quote(os.path.abspath(BINARY))} "
    slow = f"GATEHOUSE_SLOW={os.environ['GATEHOUSE_SLOW']} " if "GATEHOUSE_SLOW" in os.environ else ""
    report.sections.append(("to run just this test", binary + slow + f"{sys.executable} -m pytest "
                            + shlex.quote(f"{item.path}::{item.name}")))

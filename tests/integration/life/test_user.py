"""As whom it runs: as an ordinary user, or as root with a warning."""

import os
import pathlib
import pwd
import signal
import tempfile

import pytest

from gateway import Gateway
from patience import until
from process import group_ids, user_ids, waits_for_end

ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"
NOBODY = "\nuser: nobody"

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def gate(wire_log, names):
    """In a folder that an ordinary user may look into."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-") as folder:
        os.chmod(folder, 0o777)
        gateway = Gateway(pathlib.Path(folder), wire_log, names)
        yield gateway
        gateway.close()


@root_only
def test_as_root_without_user_it_goes_on_and_warns(gate):
    gate.routes(ONE)
    assert gate.waits_for_event("user_is_root")["level"] == "warning"
    assert gate.answer().text == "one"


@root_only
def test_with_user_it_becomes_that_user_for_good(gate):
    gate.routes(ONE + NOBODY)
    entry = pwd.getpwnam("nobody")
    assert user_ids(gate.serving_pid()) == {entry.pw_uid}
    assert group_ids(gate.serving_pid()) == {entry.pw_gid}
    assert not gate.events("user_is_root")
    assert gate.answer().text == "one"
    assert gate.access_log.owner() == "nobody"


@root_only
def test_a_port_that_only_root_may_take_is_taken_before(gate):
    """The supervisor keeps its rights, so that a reload may add such a port too."""
    def listens(address):
        return f'listeners: {{public: {{address: "{address}"}}}}\n'
    first, second = (("127.77.%d.%d" % tuple(os.urandom(2)), 80) for _ in range(2))
    gate.routes(listens("%s:%d" % first) + ONE + NOBODY)
    gate.connect(first).gets("/").expects(200, body="one")
    gate.reload(listens("%s:%d" % second) + TWO + NOBODY)
    gate.connect(second).gets("/").expects(200, body="two")


@root_only
def test_the_user_reloads_is_restarted_and_dies_with_the_supervisor(gate):
    gate.allows_error("serving_died")
    gate.routes(ONE + NOBODY)
    gate.reload(TWO + NOBODY)
    os.kill(gate.serving_pid(), signal.SIGKILL)
    gate.waits_for_event("serving_restarted")
    assert user_ids(gate.serving_pid()) == {pwd.getpwnam("nobody").pw_uid}
    assert gate.answer().text == "two"
    serving = gate.serving_pid()
    gate.stop(signal.SIGKILL)
    waits_for_end(serving, "the serving process outlived its supervisor")


@root_only
def test_logs_are_rotated_as_the_user(gate):
    gate.routes(ONE + NOBODY)
    gate.answer("/before")
    gate.record(path="/before")
    gate.access_log.rename(gate.folder / "access.log.1")
    gate.process.send_signal(signal.SIGUSR1)
    gate.waits_for_event("access_log_reopened")
    until(gate.access_log.exists, "there is no new log")
    assert gate.access_log.owner() == "nobody"


def test_a_user_that_is_not_there_is_said_at_start(gate):
    gate.writes(ONE + "\nuser: no-such-user")
    done = gate.command("run", "-c", str(gate.file), check=1)
    assert "there is no user 'no-such-user'" in done.stderr

"""infra/run.sh: one command, and a browser shows what the gateway does."""

import os
import re
import signal
import subprocess

import pytest

from browser import dump
from gateway import ROOT
from namespace import Namespace
from patience import seconds, until


@pytest.fixture
def net():
    namespace = Namespace()
    yield namespace
    namespace.close()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "run.log"


def start(net, log):
    return net.starts(str(ROOT / "infra/run.sh"), stdout=open(log, "ab"), stderr=subprocess.STDOUT)


@pytest.mark.parametrize("word, status", [("--help", 0), ("-h", 0), ("8081", 2)])
def test_a_word_starts_nothing(word, status):
    done = subprocess.run([str(ROOT / "infra/run.sh"), word], capture_output=True, text=True, timeout=10)
    assert (done.returncode, "usage: infra/run.sh" in done.stdout + done.stderr) == (status, True)


@pytest.fixture
def demo(net, log):
    process = start(net, log)
    until(lambda: "is the demo's page" in log.read_text() or process.poll() is not None,
          lambda: log.read_text(), 60)
    assert process.poll() is None, log.read_text()
    return process


def test_a_browser_shows_what_is_configured_and_what_to_try_next(net, demo, tmp_path):
    page = dump(net, "http://localhost:8080/", tmp_path / "profile")
    text = re.sub(r"\s+", " ", re.sub(r"<script>.*?</script>|<[^>]*>", " ", page, flags=re.S))
    assert "Generation 1 is live, from" in text
    for row in ("1 gatehouse path /gatehouse/* forward to admin",
                "100 api path /api/* forward to backend",
                "210 maintenance path /maintenance respond 503",
                "backend 127.0.0.1:5001"):
        assert row in re.sub(r" +", " ", text), f"no {row!r} in {text}"
    assert "What to try next" in text


def test_what_the_page_offers_to_try_is_there(net, demo):
    page = net.runs("curl", "-s", "http://localhost:8080/").stdout
    links = re.findall(r'<a href="(/[^"]*)"', page)
    got = {link: net.runs("curl", "-s", "-o", os.devnull, "-w", "%{http_code}",
                          f"http://localhost:8080{link}").stdout for link in links}
    assert got == {"/api/echo?hello=world": "200", "/old/page": "302", "/maintenance": "503",
                   "/broken": "502"}


def test_commands_that_the_page_names_work_while_the_demo_runs(net, demo):
    page = net.runs("curl", "-s", "http://localhost:8080/").stdout
    commands = re.findall(r"<pre>([^<]*)</pre>", page)
    assert len(commands) == 3
    for command in "\n".join(commands).splitlines():
        done = net.runs("sh", "-c", command, cwd=ROOT)
        fine = 1 if command.endswith(" rollback") else 0  # nothing was live before
        assert done.returncode == fine, f"{command}: {done.stdout}"


def test_without_a_gateway_behind_it_the_page_says_so(net, tmp_path):
    """The page comes from a server that a gateway has not been put in front of."""
    net.starts("/usr/bin/python3", str(ROOT / "infra/demo/frontend.py"))
    until(lambda: 3000 in net.listening(), "no frontend")
    page = dump(net, "http://localhost:3000/", tmp_path / "profile")
    assert 'id="state" class="bad"' in page
    assert "The gateway did not say what is configured" in page


@pytest.mark.parametrize("sign, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_end_all_that_it_started(net, demo, log, sign, code):
    assert net.listening() == {3000, 5001, 8080, 9901}
    os.killpg(demo.pid, sign)  # a terminal tells the whole group
    assert demo.wait(seconds(8)) == code
    assert net.listening() == set()
    assert log.read_text().count('"event":"stopping"') == 1  # told twice, it would not drain
    assert "Traceback" not in log.read_text()


def test_a_second_ctrl_c_does_not_wait_for_what_is_under_way(net, demo, log):
    """Half a head is under way for up to ten seconds (timeouts.request_header)."""
    net.starts("/usr/bin/python3", "-c", "import signal, socket\n"
               "s = socket.create_connection(('127.0.0.1', 8080))\n"
               "s.sendall(b'GET / HTTP/1.1\\r\\n')\nsignal.pause()")
    until(lambda: "gatehouse_connections_open 1\n" in net.runs(
        "curl", "-s", "http://127.0.0.1:9901/metrics").stdout, "the connection is not open")
    os.killpg(demo.pid, signal.SIGINT)
    until(lambda: '"event":"draining"' in log.read_text(), "no drain")
    assert demo.poll() is None
    os.killpg(demo.pid, signal.SIGINT)
    assert demo.wait(seconds(5)) == 130
    assert net.listening() == set()


def test_sigterm_to_the_script_alone_ends_all_as_well(net, demo):
    demo.terminate()
    assert demo.wait(seconds(8)) == 143
    assert net.listening() == set()


@pytest.mark.parametrize("port, message", [
    (3000, "run: port 3000 is taken, and the demo's frontend (infra/demo/frontend.py) needs it"),
    (5001, "run: port 5001 is taken, and the demo's backend (infra/demo/backend.py) needs it"),
    (8080, "0.0.0.0:8080: Address already in use"),
    (9901, "127.0.0.1:9901: Address already in use"),
])
def test_a_port_that_is_taken_is_named(net, log, port, message):
    net.occupies(port)
    process = start(net, log)
    assert process.wait(seconds(60)) == 1
    assert message in log.read_text()
    assert "is the demo's page" not in log.read_text()
    assert net.listening() == {port}


def test_a_second_start_says_nothing_but_where_the_page_is(demo, log):
    lines = [l for l in log.read_text().splitlines() if not l.startswith('{"time"')]
    assert lines == ["run: http://localhost:8080 is the demo's page; Ctrl-C ends it"]

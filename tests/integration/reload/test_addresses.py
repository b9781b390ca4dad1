"""A listening socket is open exactly as long as the file that is live names it."""

import socket

import pytest

import ports
from gateway import can_connect
from patience import until

ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"


def listeners(**given):
    inner = ", ".join(f'{name}: {{address: "{address}"}}' for name, address in given.items())
    return f"listeners: {{{inner}}}\n"


def refuses(gate, text, code, what):
    """Reloads a file whose checks pass and which cannot be served all the same, for `what` in it."""
    gate.allows_error("config_refused")
    lines = gate.writes(text).split("\n")
    answer = gate.admin("/reload", "POST", status=422)
    [found] = answer["diagnostics"]
    start = found["column"] - 1
    pointed_at = lines[found["line"] - 1][start:start + found["length"]]
    assert (found["code"], pointed_at.strip('"')) == (code, what)


def is_refused(port):
    until(lambda: not can_connect(port), f"port {port} still listens")


def reloads(gate, text):
    gate.writes(text)
    assert gate.admin("/reload", "POST")["result"] == "live"


@pytest.fixture
def taken():
    """An address at which somebody else listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield "127.0.0.1:%d" % sock.getsockname()[1]


@pytest.fixture
def other():
    port = ports.reserve()
    yield port
    ports.release(port)


def test_an_address_changes_without_a_gap(gate, other):
    gate.routes(ONE)
    old, new = f"127.0.0.1:{gate.port}", f"127.0.0.1:{other}"
    for address, port, gone in ((new, other, gate.port), (old, gate.port, other)):
        reloads(gate, listeners(public=address) + TWO)
        gate.connect(("127.0.0.1", port)).gets("/").expects(200, body="two")
        is_refused(gone)


def test_listeners_may_swap_their_names(gate, other):
    first, second = f"127.0.0.1:{gate.port}", f"127.0.0.1:{other}"
    gate.routes(listeners(a=first, b=second) + ONE)
    kept = gate.connect()
    kept.gets("/").expects(200, body="one")
    reloads(gate, listeners(a=second, b=first) + TWO)
    kept.gets("/").expects(200, body="two")
    for port in (gate.port, other):
        gate.connect(("127.0.0.1", port)).gets("/").expects(200, body="two")


def test_what_was_opened_for_a_refused_file_is_closed_again(gate, other, taken):
    gate.routes(ONE)
    old, new = f"127.0.0.1:{gate.port}", f"127.0.0.1:{other}"
    refuses(gate, listeners(public=new, second=taken) + TWO, "cannot-listen", taken)
    is_refused(other)
    assert gate.answer().text == "one"
    reloads(gate, listeners(public=old) + TWO)
    assert gate.answer().text == "two"
    is_refused(other)


def test_the_same_when_the_access_log_is_what_fails(gate, other):
    gate.routes(ONE)
    old, new = f"127.0.0.1:{gate.port}", f"127.0.0.1:{other}"
    log = "/no/such/folder/access.log"
    broken = f"access_log: {{path: {log}}}\n"
    refuses(gate, broken + listeners(public=old, second=new) + TWO, "cannot-write", log)
    is_refused(other)
    assert gate.answer().text == "one"
    refuses(gate, broken + listeners(public=new) + TWO, "cannot-write", log)
    is_refused(other)
    reloads(gate, TWO)
    assert gate.answer().text == "two"


def test_the_admin_api_moves_too(gate, other, taken):
    gate.routes(ONE)
    refuses(gate, f'admin: {{address: "{taken}"}}\n{TWO}', "cannot-listen", taken)
    before = gate.admin_port
    gate.writes(f'admin: {{address: "127.0.0.1:{other}"}}\n{TWO}')
    gate.admin("/reload", "POST")
    gate.admin_port = other
    assert gate.metric("gatehouse_config_generation") == 2
    gate.admin_port = before
    is_refused(before)

"""A name and a password, checked beside the workers against what htpasswd wrote."""

import base64
import subprocess

import pytest


def credential(name="ann", password="correct horse"):
    return "Authorization: Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture
def users(tmp_path):
    """What the real tool writes, with `rounds`."""
    def write(rounds=4):
        subprocess.run(["htpasswd", "-cbB", "-C", str(rounds), str(tmp_path / "users"), "ann", "correct horse"],
                       check=True, capture_output=True)
    write()
    return write


def routes(more=""):
    return f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
    routes: [{{name: page, priority: 1, when: {{path: "/page"}}, action: {{forward: shop}},
              plugins: [{{use: basic_auth, with: {{users: users{more}}}}}]}}]
    default: {{action: {{respond: {{status: 204}}}}}}"""


def test_a_password_that_is_right_lets_in_and_goes_no_further(gate, origin, users):
    gate.routes(routes())
    origin.answers("in")
    answer = gate.answer("/page")
    assert (answer.status, answer.header("WWW-Authenticate")) == (401, 'Basic realm="restricted", charset="UTF-8"')
    assert gate.answer("/page", credential(password="x")).status == 401
    assert gate.answer("/page", credential("bob")).status == 401
    assert gate.answer("/page", credential()).status == 200
    assert origin.saw == ["GET /page"]
    assert origin.request().header("Authorization") is None
    gate.record(status=200)
    assert "correct" not in gate.access_log.read_text() + gate.stderr_text()


def test_many_requests_with_one_password_hash_it_once(gate, origin, users):
    gate.routes(routes())
    origin.answers("in")
    clients = [gate.connect().gets("/page", credential()) for _ in range(40)]
    for client in clients:
        client.expects(200)
    workers = gate.metric("gatehouse_workers") or 1
    assert 1 <= gate.metric("gatehouse_basic_auth_hashed_total") <= workers


def test_others_are_served_while_passwords_are_hashed(gate, origin, users):
    """Ten guesses take two helpers a while; a worker that hashed them would answer behind the last."""
    users(rounds=9)
    gate.routes(routes().replace("{use: basic_auth,", "{use: basic_auth, deadline: 30s,"))
    guesses = [gate.connect().gets("/page", credential(password=f"guess {i}")) for i in range(10)]
    gate.connect().gets("/").expects(204)
    assert gate.metric("gatehouse_basic_auth_refused_total") < 10
    for guess in guesses:
        guess.expects(401)


def test_a_reload_reads_the_file_again(gate, origin, users, tmp_path):
    gate.routes(routes())
    origin.answers("in")
    assert gate.answer("/page", credential()).status == 200
    subprocess.run(["htpasswd", "-bB", "-C", "4", str(tmp_path / "users"), "ann", "other"], check=True, capture_output=True)
    gate.reload(routes())
    assert gate.answer("/page", credential()).status == 401
    assert gate.answer("/page", credential(password="other")).status == 200


def test_check_says_which_line_is_weak(gate, origin, users, tmp_path):
    (tmp_path / "users").write_text("ann:plain\n")
    gate.writes(routes())
    said = gate.command("check", check=1).stderr
    assert "line 1: the password of ann is not hashed with bcrypt" in said

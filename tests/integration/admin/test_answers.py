"""What the admin API answers to a question that is not one of its own."""

import secrets
from http.client import HTTPConnection

import pytest

ONE = "default: {action: {respond: {status: 404}}}"


def asks(gate, method, path, **headers):
    connection = HTTPConnection("127.0.0.1", gate.admin_port, timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


@pytest.mark.parametrize("method, path, known", [("DELETE", "/config", "GET, HEAD"), ("GET", "/reload", "POST")])
def test_a_405_names_the_methods_that_the_resource_knows(gate, method, path, known):
    gate.routes(ONE)
    answer = asks(gate, method, path)
    assert (answer.status, answer.getheader("Allow")) == (405, known)


def test_a_401_names_the_scheme(gate):
    gate.env["ADMIN_TOKEN"] = secrets.token_hex(16)
    gate.routes(f"""
        admin: {{address: "127.0.0.1:{gate.admin_port}", token: "${{ADMIN_TOKEN}}"}}
        default: {{action: {{respond: {{status: 404}}}}}}""")
    answer = asks(gate, "GET", "/config")
    assert (answer.status, answer.getheader("WWW-Authenticate")) == (401, "Bearer")


def test_the_name_localhost_has_no_case(gate):
    gate.routes(ONE)
    assert asks(gate, "GET", "/config", Host="LocalHost:9901").status == 200


def test_a_rollback_to_a_number_that_is_not_there_is_no_rollback(gate):
    """`?generation=$N` without N must not go back to whatever was live before."""
    gate.routes(ONE)
    for query in ("?generation=", "?generation", "?generation=x"):
        assert asks(gate, "POST", f"/rollback{query}").status == 400

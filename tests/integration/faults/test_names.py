"""Names of targets: found, gone, failing.  A failing resolver keeps the addresses that were known."""

import os
import subprocess

import pytest

import others
from dns import NO_ERROR, SERVER_FAILURE, NameServer
from patience import until

LOST = f"""
    target_groups: {{lost: {{targets: ["no-such-host.invalid:80"]}}}}
    routes: [{others.FINE}]
    default: {{action: {{forward: lost}}}}"""

own_resolver = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode,
    reason="needs a mount namespace for a resolv.conf of its own")


@pytest.fixture
def name_server(gate, tmp_path):
    """What the gateway's resolv.conf names."""
    server = NameServer()
    own = tmp_path / "resolv.conf"
    own.write_text(f"nameserver {server.address}\noptions timeout:1 attempts:1\n")
    gate.prefix = ["unshare", "--mount", "sh", "-c",
                   f'mount --bind "{own}" /etc/resolv.conf && exec "$@"', "sh"]
    yield server
    server.close()


def shop(port):
    return f"""
        target_groups: {{shop: {{targets: ["shop.test:{port}"]}}}}
        routes: [{others.FINE}]
        default: {{action: {{forward: shop}}}}"""


def test_a_name_without_an_address_is_a_503_of_its_own(gate):
    gate.routes(LOST)
    gate.waits_for_event("name_unresolved")
    gate.connect().gets("/").expects(503, reason="target_unresolved")
    others.are_served(gate)


def test_a_name_that_has_an_address_is_used(gate, origin):
    origin.answers("by name")
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["localhost:{origin.port}"]}}}}
        default: {{action: {{forward: shop}}}}""")
    gate.waits_for_event("target_resolved")
    until(lambda: gate.answer().text == "by name", "the name never led to the target")


@own_resolver
def test_a_resolver_that_fails_keeps_the_old_addresses(gate, origin, name_server):
    name_server.addresses["shop.test"] = ["127.0.0.1"]
    origin.answers("hi")
    gate.routes(shop(origin.port))
    until(lambda: gate.answer().text == "hi", "the name never led to the target")
    name_server.code = SERVER_FAILURE
    gate.waits_for_event("name_unresolved")  # asked again when the TTL was over, at least 5 s
    assert gate.answer().text == "hi"
    (target,) = gate.admin("/targets")[0]["targets"]
    assert target["addresses"] == [origin.address] and target["error"]
    del name_server.addresses["shop.test"]  # gone altogether
    asked = name_server.asked
    until(lambda: name_server.asked >= asked + 2, "it never asks again", 14)
    assert gate.answer().text == "hi"
    others.are_served(gate)


@own_resolver
def test_a_name_that_moves_is_followed_and_one_that_appears_is_found(gate, origin, name_server):
    origin.answers("hi")
    gate.routes(shop(origin.port))
    gate.waits_for_event("name_unresolved")
    gate.connect().gets("/").expects(503, reason="target_unresolved")
    others.are_served(gate)
    name_server.addresses["shop.test"] = ["127.66.0.1"]  # where nobody listens
    until(lambda: gate.answer().status == 502, "the name was not found", 14)
    name_server.addresses["shop.test"] = ["127.0.0.1"]
    assert name_server.code == NO_ERROR
    until(lambda: gate.answer().text == "hi", "the new address was not used", 14)

"""What the admin API tells to whom."""

import secrets

import pytest

from namespace import Namespace


@pytest.fixture
def net():
    namespace = Namespace()
    for address in ("192.0.2.1", "192.0.2.2"):
        namespace.runs("ip", "address", "add", f"{address}/32", "dev", "lo")
    yield namespace
    namespace.close()


def test_another_machine_brings_the_token_for_all_it_asks(gate, net):
    """Also for what a rule of the gateway may show to everybody: `/gatehouse/…`."""
    gate.prefix = net.prefix
    gate.env["ADMIN_TOKEN"] = secrets.token_hex(16)
    gate.routes("""
        admin: {address: "0.0.0.0:9901", token: "${ADMIN_TOKEN}"}
        default: {action: {respond: {status: 404}}}""")

    def status(path, *options):
        return net.runs("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *options,
                        f"http://192.0.2.1:9901{path}").stdout
    elsewhere = ("--interface", "192.0.2.2")
    for path in ("/config", "/gatehouse/config", "/gatehouse/healthz"):
        assert status(path, *elsewhere) in ("401", "404"), path
    assert status("/config", *elsewhere, "-H", f"Authorization: Bearer {gate.env['ADMIN_TOKEN']}") == "200"
    assert status("/gatehouse/config") == "200"
    assert status("/config") == "401"
    assert gate.stop() == 0

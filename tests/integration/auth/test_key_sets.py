"""Key sets by URL (RFC 7517 5): fetched once for all, renewed, and closed to everyone while they are away."""

import time

import jwt
import pytest

import tokens
from key_server import KeyServer, certificate
from patience import until
from tokens import bearer, routes

ANN = tokens.key("ES256", kid="one")
NEXT = tokens.key("EdDSA", kid="two")


@pytest.fixture
def keys():
    server = KeyServer()
    yield server
    server.close()


def signed(key, algorithm, **headers):
    private = key.export_to_pem(private_key=True, password=None)
    return bearer(jwt.encode(tokens.claims(), private, algorithm, headers={"kid": key.kid} | headers))


def by(url, fetch="", more=""):
    how = f", jwks_fetch: {{{fetch}}}" if fetch else ""
    return routes(jwt_options=f'algorithms: [ES256, EdDSA], jwks: "{url}"{how}{more}')


def passes(gate, origin, field):
    origin.answers("fine")
    gate.connect().gets("/api/x", field).expects(200)


def test_a_token_verifies_by_a_key_that_is_fetched(gate, origin, keys):
    keys.gives(ANN, tokens.key("ES256", kid="other"))
    gate.routes(by(keys.url))
    passes(gate, origin, signed(ANN, "ES256"))
    assert gate.answer("/api/x", signed(tokens.key("ES256", kid="one"), "ES256")).status == 401
    assert keys.asked == ["/keys?secret=of-the-url"]


def test_a_request_waits_for_the_first_fetch(gate, origin, keys):
    keys.gives(ANN)
    keys.holds()
    gate.routes(by(keys.url))
    origin.answers("fine")
    client = gate.connect().gets("/api/x", signed(ANN, "ES256"))
    client.expects_open()
    assert gate.answer("/api/x", bearer("a.b.c")).status == 401  # no key could help that one
    keys.let_go.set()
    client.expects(200, body="fine")
    assert len(keys.asked) == 1


FAILURES = ["breaks_off", "floods", "empty", "html", "text", "many", "oct", "status", "redirect"]


def routes_by_path(server, paths):
    return """
        target_groups: {shop: {targets: ["{origin}"]}}
        routes:""" + "".join(f"""
          - name: {path}
            priority: {i + 1}
            when: {{path: /{path}}}
            plugins:
              - {{use: auth, with: {{chain: [jwt], jwt: {{algorithms: [ES256], jwks: "http://127.0.0.1:{server.port}/{path}"}}}}}}
            action: {{forward: shop}}""" for i, path in enumerate(paths)) + """
        default: {action: {forward: shop}}"""


def test_J32_a_set_that_cannot_be_had_closes_its_routes_and_no_others(gate, origin, keys):
    keys.answer = keys.by_path
    gate.allows_error("step_complains")
    gate.routes(routes_by_path(keys, FAILURES))
    for path in FAILURES:
        answer = gate.answer(f"/{path}", signed(ANN, "ES256"))
        assert (path, answer.status, answer.header("Retry-After")) == (path, 503, "5")
        assert gate.record(path=f"/{path}")["reason"] == "keys_unavailable"
        assert (path, gate.answer(f"/{path}").status) == (path, 401)
    assert origin.saw == [] and "/good" not in keys.asked
    assert "of-the-url" not in gate.stderr_text()
    origin.answers("fine")
    gate.connect().gets("/other").expects(200)
    assert gate.metric("gatehouse_auth_unavailable_total") == len(FAILURES)


def test_readiness_says_which_key_set_is_awaited_and_the_metrics_too(gate, origin, keys):
    keys.gives(ANN)
    there = keys.answer
    keys.answer = lambda to: (there if to.path == "/there" else keys.by_path)(to)
    gate.allows_error("step_complains")
    gate.routes(routes_by_path(keys, ["status", "there"]))
    assert gate.answer("/status", signed(ANN, "ES256")).status == 503
    until(lambda: [row["step"] for row in gate.admin("/readyz")["lacking"]] == ["status/auth"], "nobody says which")
    ready = gate.admin("/readyz")
    assert ready["status"] == "ready" and ready["lacking"][0]["lacks"].startswith(f"no key set of http://127.0.0.1:{keys.port}")
    assert gate.metric("gatehouse_auth_key_set_missing", instance="status/auth") == 1


def test_a_server_that_hangs_holds_nobody_for_long(gate, origin, keys):
    """Longer than other tests: that it is no longer than this is the promise."""
    keys.answer = keys.by_path
    gate.allows_error("step_complains")
    gate.routes(routes_by_path(keys, ["hangs"]))
    assert gate.answer("/hangs", signed(ANN, "ES256")).status == 503
    origin.answers("fine")
    gate.connect().gets("/other").expects(200)
    assert gate.stop() == 0  # and the end of the gateway does not wait for it


def test_J31_a_new_key_is_fetched_when_a_token_names_it_and_a_storm_of_names_is_not(gate, origin, keys):
    keys.gives(ANN)
    gate.routes(by(keys.url))
    passes(gate, origin, signed(ANN, "ES256"))
    keys.gives(ANN, NEXT)
    passes(gate, origin, signed(NEXT, "EdDSA"))
    assert len(keys.asked) == 2
    for n in range(50):
        assert gate.answer("/api/x", signed(ANN, "ES256", kid=f"unknown-{n}")).status == 401
    assert len(keys.asked) == 2
    assert len(origin.saw) == 2


def test_J33_a_set_is_renewed_in_time_and_a_key_that_left_it_counts_no_more(gate, origin, keys):
    keys.gives(ANN, Cache_Control="public, max-age=0")
    gate.routes(by(keys.url, "min_age: 100ms, max_age: 1h"))
    passes(gate, origin, signed(ANN, "ES256"))
    keys.gives(NEXT, Cache_Control="max-age=0")
    until(lambda: gate.answer("/api/x", signed(ANN, "ES256")).status == 401, "the old key still verifies")
    passes(gate, origin, signed(NEXT, "EdDSA"))


def test_a_set_goes_on_while_it_cannot_be_renewed_and_not_for_ever(gate, origin, keys):
    keys.gives(ANN, Cache_Control="max-age=0")
    gate.allows_error("step_complains")
    gate.routes(by(keys.url, "min_age: 100ms, stale: 400ms"))
    passes(gate, origin, signed(ANN, "ES256"))
    keys.answer = keys.breaks_off
    before = len(keys.asked)
    until(lambda: len(keys.asked) > before, "it is not renewed")
    until(lambda: "no key set: Transferred a partial file" in gate.stderr_text(), "nobody says why")
    passes(gate, origin, signed(ANN, "ES256"))
    until(lambda: gate.answer("/api/x", signed(ANN, "ES256")).status == 503, "it is believed for ever")


def test_a_reload_takes_the_set_along(gate, origin, keys):
    keys.gives(ANN)
    gate.allows_error("step_complains")
    gate.routes(by(keys.url))
    passes(gate, origin, signed(ANN, "ES256"))
    keys.answer = keys.breaks_off
    gate.reload(by(keys.url, more=", leeway: 10s"))
    passes(gate, origin, signed(ANN, "ES256"))


def test_a_set_in_a_file_is_read_again_by_a_reload_though_routes_yaml_is_the_same(gate, origin):
    file = gate.folder / "set.json"
    write = lambda key: file.write_text(f'{{"keys": [{key.export_public()}]}}')
    write(ANN)
    gate.routes(by("set.json"))
    passes(gate, origin, signed(ANN, "ES256"))
    write(NEXT)
    gate.reload(by("set.json"))
    passes(gate, origin, signed(NEXT, "EdDSA"))
    assert gate.answer("/api/x", signed(ANN, "ES256")).status == 401


def test_a_first_set_that_takes_its_time_is_waited_for(gate, origin, keys):
    """Longer than a step's waits may take otherwise, 2 s: up to 5 s is the promise (the time is the test's)."""
    keys.gives(ANN)
    there = keys.answer

    def late(to):
        time.sleep(2.2)
        there(to)
    keys.answer = late
    gate.routes(by(keys.url))
    passes(gate, origin, signed(ANN, "ES256"))


def test_the_server_must_be_who_it_says(gate, origin, tmp_path):
    gate.allows_error("step_complains")
    for name, ca, status in [("IP:127.0.0.1", "", 503), ("IP:127.0.0.1", "ca: server.pem", 200),
                             ("DNS:keys.test", "ca: server.pem", 503)]:
        file = certificate(tmp_path, name)
        (gate.folder / "server.pem").write_bytes(file.read_bytes())
        server = KeyServer(file)
        server.gives(ANN)
        try:
            (gate.reload if gate.events() else gate.routes)(by(server.url, ca))
            if status == 200:
                passes(gate, origin, signed(ANN, "ES256"))
            else:
                assert gate.answer("/api/x", signed(ANN, "ES256")).status == status
                assert server.asked == []
        finally:
            server.close()


@pytest.mark.parametrize("url, fetch, message", [
    ("http://id.example.com/keys", "", "keys that come without TLS are anyone's"),
    ("http://127.0.0.1.example.com/keys", "", "keys that come without TLS are anyone's"),
    ("ftp://id.example.com/keys", "", "a key set is fetched by https"),
    ("https://127.0.0.1@evil.example/keys", "", "not a URL of scheme, host and path"),
    ("https://10.0.0.1/keys", "", "an address of a private network"),
    ("https://169.254.169.254/keys", "private_addresses: true", "an address from which no keys are fetched"),
    ("https://id.example.com/keys", "min_age: 2h", "longer than max_age"),
])
def test_check_says_from_where_keys_cannot_come(gate, url, fetch, message):
    gate.writes(by(url, fetch).replace("{origin}", "127.0.0.1:1"))
    done = gate.command("check", "-c", str(gate.file))
    assert (done.returncode, message in done.stdout + done.stderr) == (1, True), done.stdout + done.stderr

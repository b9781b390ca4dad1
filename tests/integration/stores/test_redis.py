"""Commands of plugins to a real Redis (`stores: {redis: …}`), and what they hear when it is away."""

import pytest
from servers import Redis

from patience import until
from trial import routes, step

RESPOND = "{respond: {status: 200}}"


def asking(script, url="redis://{redis}", timeout="1s", more=""):
    return routes(step("asks_a_store", text=script, store="redis"), action=RESPOND,
                  before=f'stores: {{redis: {{url: "{url}", timeout: {timeout}{more}}}}}')


def connected(gate, count=1):
    gate.waits_for_metric("gatehouse_redis_connections_open", count)


@pytest.mark.parametrize("script, told", [
    ("return 7", "7"), ("return 'a b'", '"a b"'), ("return false", "nil"), ("return {}", "[]"),
    ("return {1, {'x', false}, redis.status_reply('OK')}", '[1 ["x" nil] +OK]'),
    ("return redis.error_reply('WRONG thing')", "-WRONG thing"), ("return KEYS[1]", '"r/trial"')])
def test_a_plugin_gets_any_reply(gate, redis, script, told):
    gate.routes(asking(script))
    assert gate.answer("/x").body.decode() == told


def test_a_store_that_is_away_answers_at_once(gate, dead, names):
    names["redis"] = dead
    gate.routes(asking("return 1"))
    gate.waits_for_event("store_away")
    answer = gate.answer("/x")
    assert (answer.status, answer.reason) == (503, "store_unavailable")
    assert gate.metric("gatehouse_redis_unavailable_total") == 1


def test_a_store_that_hangs_is_late_once_and_back_when_it_goes_on(gate, redis):
    gate.routes(asking("return 1", timeout="100ms"))
    connected(gate)
    redis.hangs()
    assert gate.answer("/x").reason == "store_timeout"
    assert gate.answer("/x").reason == "store_unavailable"
    redis.goes_on()
    connected(gate)
    assert gate.answer("/x").body == b"1"
    told = [e["event"] for e in gate.events() if e["event"].startswith("store")]
    assert told[:2] == ["store_connected", "store_away"]


def test_a_client_that_leaves_takes_its_command_along(gate, redis):
    gate.routes(asking("return 1", timeout="2s"))
    connected(gate)
    redis.hangs()
    with gate.connect() as client:
        client.gets("/x")
        gate.waits_for_metric("gatehouse_redis_commands_total", 1)
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    redis.goes_on()
    assert gate.answer("/x").body == b"1"


def test_a_store_that_died_is_back_when_it_is(gate, redis):
    gate.routes(asking("return 1"))
    connected(gate)
    redis.dies()
    connected(gate, 0)
    assert gate.answer("/x").reason == "store_unavailable"
    redis.starts()
    connected(gate)
    assert gate.answer("/x").body == b"1"


def test_a_reload_keeps_the_connection_while_its_line_does_not_change(gate, redis):
    gate.routes(asking("return 1"))
    connected(gate)
    gate.reload(asking("return 2"))
    assert gate.answer("/x").body == b"2"
    assert gate.metric("gatehouse_redis_connects_total") == 1
    gate.reload(asking("return 3", more=", queue: 5"))
    connected(gate)
    assert gate.answer("/x").body == b"3"
    assert gate.metric("gatehouse_redis_connects_total") == 2


def test_names_passwords_databases_and_unix_sockets(gate, tmp_path, names):
    server = Redis(tmp_path, "--requirepass", "pa ss")
    try:
        names["port"], names["socket"] = str(server.port), str(server.socket)
        script = "redis.call('SET', 'here', 'db 3') return redis.call('GET', 'here')"
        gate.routes(asking(script, url="redis://:pa%20ss@localhost:{port}/3"))
        connected(gate)
        assert gate.answer("/x").body == b'"db 3"'
        gate.reload(asking("return redis.call('GET', 'here')", url="unix://:pa%20ss@{socket}?db=3"))
        connected(gate)
        assert gate.answer("/x").body == b'"db 3"'
        gate.reload(asking("return 1", url="redis://:wrong@127.0.0.1:{port}"))
        until(lambda: any("WRONGPASS" in e["error"] for e in gate.events("store_away")), "no event")
        assert gate.answer("/x").reason == "store_unavailable"
    finally:
        server.stop()


def test_what_is_wrong_about_a_store_is_said_and_no_password_is_shown(gate):
    for line, message in [
            ("stores: {redis: {url: 'http://u:hidden@h'}}", "this is no address such as redis://"),
            ("stores: {redis: {url: 'rediss://u:hidden@h'}}", "TLS to Redis is not available yet"),
            ("", "there is no store 'redis'")]:
        gate.writes(routes(step("asks_a_store", store="redis"), action=RESPOND, before=line))
        said = gate.command("check", "-c", str(gate.file), check=1)
        assert message in said.stdout + said.stderr
        assert "hidden" not in (said.stdout + said.stderr).split("\n")[0]

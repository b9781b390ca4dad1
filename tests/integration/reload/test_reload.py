"""A reload changes what the file changed and nothing else."""

import json
import os
import signal
import threading

import pytest

from patience import until

SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
ONE = "default: {action: {respond: {status: 200, body: one}}}"
TWO = "default: {action: {respond: {status: 200, body: two}}}"


def test_sighup_loads_the_file_again(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    assert gate.answer().text == "two"
    event = gate.waits_for_event("config_loaded", 2)
    assert event["generation"] == 2
    assert event["changed"] == "1 rule changed"
    assert len(event["hash"]) == 16
    assert event["milliseconds"] < 1000
    assert 0 <= event["pause_microseconds"] < 100_000


def test_the_command_reloads_and_says_what_changed(gate):
    gate.routes(ONE)
    gate.writes(TWO)
    done = gate.command("reload", "-c", str(gate.file), check=0)
    assert done.stdout == "generation 2 is live: 1 rule changed\n"
    assert gate.answer().text == "two"
    again = gate.command("reload", "-c", str(gate.file), check=0)
    assert again.stdout == "nothing changed: generation 2 goes on\n"


def test_a_watched_file_needs_no_sign(gate):
    gate.routes(ONE + "\nreload: {watch: true}")
    gate.writes(TWO + "\nreload: {watch: true}")
    until(lambda: gate.answer().text == "two", "the change was not seen")


def test_a_kept_connection_sees_the_change_between_two_requests(gate):
    gate.routes(ONE)
    client = gate.connect()
    client.gets("/").expects(200, body="one")
    gate.reload(TWO)
    client.gets("/").expects(200, body="two")


def test_a_request_under_way_ends_with_what_it_started_with(gate, origin):
    gate.routes(SHOP)
    go = threading.Event()
    origin.expects("GET /slow").waits_for(go).answers("from before")
    client = gate.connect().gets("/slow")
    origin.request()
    gate.reload(TWO)
    assert gate.answer().text == "two"
    go.set()
    client.expects(200, body="from before")
    record = gate.record(path="/slow")
    assert (record["generation"], record["group"]) == (1, "shop")


def test_connections_to_targets_and_counters_survive(gate, origin):
    gate.routes(SHOP)
    origin.answers("hi")
    gate.answer()
    gate.reload(SHOP + "\n    routes: [{name: new, priority: 1, when: {path: /new}, "
                       "action: {respond: {status: 200}}}]")
    gate.answer()
    assert origin.connections == 1
    gate.waits_for_metric("gatehouse_group_requests_total", 2, group="shop")
    gate.waits_for_metric("gatehouse_rule_requests_total", 2, rule="default")


BROKEN = {
    "an error": b"version: 1\nlisteners: {public: {adress: x}}\n",
    "empty": b"",
    "cut": b"version: 1\nlisteners: {public: {address: \"0.0.0.0:1",
    "binary": bytes(range(256)) * 10,
    "not UTF-8": b"version: 1\n# \xff\xfe\n",
    "a folder in its place": None,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_changes_nothing_and_everybody_can_see_it(gate, kind):
    gate.allows_error("config_refused")
    gate.allows_error("config_missing")
    gate.routes(ONE)
    gate.file.unlink()
    if BROKEN[kind] is None:
        gate.file.mkdir()
    else:
        gate.file.write_bytes(BROKEN[kind])
    gate.process.send_signal(signal.SIGHUP)
    until(lambda: gate.events("config_refused") or gate.events("config_missing"), gate.stderr_text)
    assert gate.answer().text == "one"
    assert gate.metric("gatehouse_config_stale") == 1
    assert gate.metric("gatehouse_config_refused_total") == 1
    assert gate.admin("/generations")["stale"]["why"]
    if BROKEN[kind] is None:
        gate.file.rmdir()
    gate.reload(TWO)
    assert gate.answer().text == "two"
    assert gate.metric("gatehouse_config_stale") == 0


def test_a_missing_file_changes_nothing(gate):
    gate.allows_error("config_missing")
    gate.routes(ONE)
    gate.file.unlink()
    gate.process.send_signal(signal.SIGHUP)
    gate.waits_for_event("config_missing")
    assert gate.answer().text == "one"


def test_the_command_prints_what_is_wrong_and_the_gateway_goes_on(gate):
    gate.allows_error("config_refused")
    gate.routes(ONE)
    gate.writes(ONE + "\nrooutes: []")
    done = gate.command("reload", "-c", str(gate.file), check=1)
    assert "error[unknown-key]: unknown key 'rooutes'" in done.stdout + done.stderr
    assert gate.answer().text == "one"
    assert gate.metric("gatehouse_config_stale") == 1


def test_rollback_goes_back_and_holds_until_the_file_changes(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    done = gate.command("rollback", "-c", str(gate.file), check=0)
    assert "generation 3 is live" in done.stdout
    assert gate.answer().text == "one"
    assert "holds" in gate.command("reload", "-c", str(gate.file), check=0).stdout
    assert gate.answer().text == "one"
    gate.reload(TWO + "\n# edited")
    assert gate.answer().text == "two"


def test_rollback_names_a_generation(gate):
    gate.routes(ONE)
    gate.reload(TWO)
    gate.reload("default: {action: {respond: {status: 200, body: three}}}")
    gate.command("rollback", "1", "-c", str(gate.file), check=0)
    assert gate.answer().text == "one"
    assert "no generation 99" in gate.command("rollback", "99", "-c", str(gate.file), check=1).stderr


def test_a_rollback_outlives_a_crash_of_the_serving_process(gate):
    gate.allows_error("serving_died")
    state = "\nstate_dir: state"
    gate.routes(ONE + state)
    gate.reload(TWO + state)
    gate.command("rollback", "-c", str(gate.file), check=0)
    os.kill(gate.serving_pid(), signal.SIGKILL)
    gate.waits_for_event("serving_restarted")
    assert gate.answer().text == "one"
    assert "holds" in gate.command("reload", "-c", str(gate.file), check=0).stdout


def test_history_lists_generations_and_outlives_a_restart(gate):
    state = "\nstate_dir: state"
    gate.routes(ONE + state)
    gate.reload(TWO + state)
    assert gate.stop() == 0
    gate.start()
    known = gate.admin("/generations")["generations"]
    assert [g["generation"] for g in known][-2:] == [1, 2]


def test_a_state_dir_that_cannot_be_written_is_said_and_the_file_is_live(gate):
    gate.allows_error("failed")
    gate.routes(ONE)
    (gate.folder / "taken").write_text("a file")
    gate.writes(TWO + "\nstate_dir: taken/state")
    said = gate.command("reload", "-c", str(gate.file), check=0)
    assert "warning[cannot-write]" in said.stdout + said.stderr and "state_dir: taken/state" in said.stdout + said.stderr
    assert gate.answer().text == "two"


def test_a_listener_that_stays_is_never_closed(gate):
    """Connects in a loop see no refusal and no reset while the number of workers changes."""
    gate.routes(ONE)
    failed, served, stop = [], [], threading.Event()

    def connects():
        while not stop.is_set():
            try:
                answer = gate.answer()
                if answer.status != 200:
                    failed.append(answer.status)
                served.append(1)
            except (OSError, AssertionError) as error:
                failed.append(repr(error))
    threads = [threading.Thread(target=connects) for _ in range(4)]
    for thread in threads:
        thread.start()
    for workers in (4, 1, 4, 2, 1) * 6:
        before = len(served)
        gate.writes(f"{ONE}\nworkers: {workers}")
        assert gate.admin("/reload", "POST")["result"] == "live"
        until(lambda: len(served) > before + 8 or failed, "nobody is served")
        assert gate.metric("gatehouse_workers") == workers
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed, failed[:5]


def test_a_new_listener_listens_and_a_removed_one_does_not(gate):
    import ports
    extra = ports.reserve()
    gate.routes(ONE)
    gate.reload(f"""
        listeners: {{public: {{address: "127.0.0.1:{gate.port}"}},
                    second: {{address: "127.0.0.1:{extra}"}}}}
        {ONE}""")
    gate.connect(("127.0.0.1", extra)).gets("/").expects(200, body="one")
    gate.reload(ONE)
    with pytest.raises(ConnectionRefusedError):
        gate.connect(("127.0.0.1", extra))


def test_an_address_in_use_is_refused_and_the_old_configuration_serves(gate, origin):
    gate.allows_error("config_refused")
    gate.routes(ONE)
    gate.writes(f"""
        listeners: {{public: {{address: "127.0.0.1:{gate.port}"}},
                    second: {{address: "{origin.address}"}}}}
        {ONE}""")
    done = gate.command("reload", "-c", str(gate.file), "--json", check=1)
    found = json.loads(done.stdout)["diagnostics"]
    assert [d["code"] for d in found] == ["cannot-listen"]
    assert gate.answer().text == "one"


def test_an_admin_address_in_use_is_refused_like_any_other(gate, origin):
    gate.allows_error("config_refused")
    gate.routes(ONE)
    gate.writes(f"""
        admin: {{address: "{origin.address}"}}
        {TWO}""")
    gate.process.send_signal(signal.SIGHUP)
    assert "Address already in use" in gate.waits_for_event("config_refused")["first"]
    assert gate.answer().text == "one"
    assert gate.admin("/readyz")["stale"] is True


def test_a_tunnel_lives_through_reloads(gate, origin):
    gate.routes(SHOP)
    origin.expects("GET /socket").sends("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket",
                                        "Connection: Upgrade").echoes()
    client = gate.connect().sends("GET /socket HTTP/1.1", "Host: a", "Connection: Upgrade",
                                  "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    client.expects(101)
    for text in (TWO, SHOP, ONE):
        gate.reload(text)
        client.sends_bytes(b"still here?")
        assert client.reads(11) == b"still here?"
    gate.waits_for_metric("gatehouse_snapshots_alive", 1)
    assert gate.metric("gatehouse_tunnels_open") == 1
    client.closes()
    gate.waits_for_metric("gatehouse_tunnels_open", 0)

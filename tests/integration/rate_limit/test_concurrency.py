"""So many at the same time: a place is taken when a request comes, and free when its exchange ends,
however it ends."""

import subprocess
import threading

import pytest

ROUTES = """
    workers: {workers}
    target_groups: {{shop: {{targets: ["{{origin}}"], timeouts: {{response: {response}}}}}}}
    routes:
      - name: api
        priority: 1
        when: {{path: "/*"}}
        plugins:
          - {{use: rate_limit, with: {{key: client_ip, concurrency: {most}{more}}}}}
        action: {{forward: shop}}"""


def routes(most=2, more="", workers=1, response="30s"):
    return ROUTES.format(most=most, more=more, workers=workers, response=response)


def begins(gate, origin, path):
    """A request that its target has and answers when the event is set."""
    there, go_on = threading.Event(), threading.Event()
    origin.expects(f"GET {path}").signals(there).waits_for(go_on).answers("hi")
    client = gate.connect().gets(path)
    assert there.wait(8)
    return client, go_on


def test_so_many_are_under_way_and_the_next_is_told_to_wait(gate, origin):
    gate.routes(routes())
    first, first_goes_on = begins(gate, origin, "/1")
    second, second_goes_on = begins(gate, origin, "/2")
    third = gate.answer("/3")
    assert (third.status, third.reason, third.header("Retry-After")) == (429, "too_many_at_once", "1")
    assert third.header("RateLimit-Policy") == '"client_ip at once";q=2;qu="concurrent-requests"'
    assert third.header("RateLimit") == '"client_ip at once";r=0'
    first_goes_on.set()
    assert first.expects(200).header("RateLimit") == '"client_ip at once";r=1'
    gate.waits_for_metric("gatehouse_exchanges_open", 1)
    origin.expects("GET /4").answers("hi")
    assert gate.answer("/4").status == 200
    second_goes_on.set()
    assert second.expects(200).header("RateLimit") == '"client_ip at once";r=0'


@pytest.mark.parametrize("end", ["client leaves", "client resets", "target closes", "target is late",
                                 "tunnel closes"])
def test_a_place_is_free_however_the_exchange_ends(gate, origin, end):
    gate.routes(routes(most=1, response="100ms" if end == "target is late" else "30s"))
    go_on = threading.Event()
    there = threading.Event()
    script = origin.expects("GET /1").signals(there)
    client = gate.connect()
    if end == "tunnel closes":
        script.sends("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo").waits_for(
            go_on).then_closes()
        client.gets("/1", "Connection: Upgrade", "Upgrade: echo").expects_any()
    else:
        script.waits_for(go_on).then_closes()
        client.gets("/1")
    assert there.wait(8)
    if end != "target is late":
        assert gate.answer("/2").reason == "too_many_at_once"
    if end == "client leaves":
        client.closes()
    elif end == "client resets":
        client.resets()
    elif end == "target is late":
        assert client.expects_any().reason == "target_timeout"
    else:
        go_on.set()
    gate.waits_for_metric("gatehouse_tunnels_open", 0)
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    go_on.set()
    origin.expects("GET /3").answers("hi")
    assert gate.answer("/3").status == 200


def test_a_reload_keeps_what_is_under_way(gate, origin):
    gate.routes(routes(most=1))
    client, go_on = begins(gate, origin, "/1")
    gate.reload(routes(most=1, more=", mode: enforce, rate: 1000/s"))
    assert gate.answer("/2").reason == "too_many_at_once"
    go_on.set()
    client.expects(200)
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    origin.expects("GET /3").answers("hi")
    assert gate.answer("/3").header("RateLimit").startswith('"client_ip";r=999;t=1, "client_ip at once";r=0')


def test_no_place_leaks_under_load_of_two_workers(gate, origin):
    gate.routes(routes(most=3, workers=2).replace("{forward: shop}", "{respond: {status: 200}}"))
    done = subprocess.run(["wrk", "-t1", "-c24", "-d1s", f"http://127.0.0.1:{gate.port}/"],
                          stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
    gate.waits_for_metric("gatehouse_exchanges_open", 0)
    assert gate.answer("/").header("RateLimit") == '"client_ip at once";r=2'

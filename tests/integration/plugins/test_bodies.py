"""Bodies: streamed, changed on their way, read as a whole, replaced; plugins that answer."""

import pytest

from trial import routes, step

POST = ["POST /x HTTP/1.1", "Host: shop.test"]


def test_both_bodies_change_as_they_stream(gate, origin):
    gate.routes(routes(step("shouts", text="!")))
    origin.expects("POST /x").answers("answer")
    client = gate.connect().sends(*POST, "Content-Length: 5", "", "hello")
    answer = client.expects(200, body="ANSWER!")
    assert origin.request().body == b"HELLO!"
    assert (origin.request().framing, answer.framing) == ("chunked", "chunked")
    origin.expects("POST /x").answers("answer")
    client.sends(*POST, "Transfer-Encoding: chunked", "", "2", "he", "3", "llo", "0", "", "")
    client.expects(200, body="ANSWER!")
    assert origin.request(1).body == b"HELLO!"


def test_a_body_of_the_gateway_itself_changes_too(gate):
    gate.routes(routes(step("shouts", text="!"), action='{respond: {status: 200, body: "quiet"}}'))
    gate.connect().gets("/x").expects(200, body="QUIET!")
    head = gate.connect().sends("HEAD /x HTTP/1.1", "Host: a").expects(200, bodiless=True)
    assert head.header("Content-Length") is None


@pytest.mark.parametrize("size", [0, 5, 60_000])
def test_a_step_reads_the_whole_body_and_the_target_gets_it(gate, origin, size):
    gate.routes(routes(step("reads_the_body")))
    origin.expects("POST /x").answers("ok")
    body = "b" * size
    gate.connect().sends(*POST, f"Content-Length: {size}", "Expect: 100-continue").sends_bytes(
        body.encode()).expects(200)
    assert origin.request().header("X-Body-Size") == str(size)
    assert origin.request().text == body


@pytest.mark.parametrize("framing", ["Content-Length: 70000", "Transfer-Encoding: chunked"])
def test_a_body_that_is_longer_than_the_step_takes_is_refused(gate, origin, framing):
    gate.routes(routes(step("reads_the_body", most="1KiB")))
    client = gate.connect().sends(*POST, framing)
    if "chunked" in framing:
        client.sends_chunks(b"x" * 4000, last=False)
    client.expects(413, reason="body_too_large")
    assert origin.saw == []


def test_a_step_replaces_the_body(gate, origin):
    gate.routes(routes(step("replaces_the_body", text="and ")))
    origin.expects("POST /x").answers("ok")
    gate.connect().sends(*POST, "Content-Length: 2", "", "hi").expects(200)
    assert (origin.request().text, origin.request().header("Content-Length")) == ("and hi", "6")


@pytest.mark.parametrize("size", [0, 3, 200_000])
def test_a_step_holds_the_answer_back_and_replaces_it_as_a_whole(gate, origin, size):
    gate.routes(routes(step("replaces_the_answer", text="all of it: ")))
    origin.answers("b" * size)
    gate.connect().gets("/x").expects(200, body="all of it: " + "b" * size)


def test_a_body_that_was_read_goes_past_the_steps_that_watch_it(gate, origin):
    gate.routes(routes(step("reads_the_body"), step("shouts", text="!")))
    origin.expects("POST /x").answers("ok")
    gate.connect().sends(*POST, "Content-Length: 2", "", "hi").expects(200, body="OK!")
    assert origin.request().text == "HI!"


def test_a_plugin_serves_a_route(gate):
    gate.routes(routes(action="{handler: trial}"))
    client = gate.connect()
    client.sends(*POST, "Content-Length: 2", "", "hi").expects(200, body="POST /x hi")
    client.gets("/y").expects(200, body="GET /y ")
    client.gets("/none").expects(404, reason="not_served")
    assert [r["reason"] for r in gate.records(3)] == ["served", "served", "not_served"]


def test_a_plugin_that_serves_asks_a_target_group(gate, origin):
    gate.routes(routes(action="{handler: asks}",
                       before="plugins: {asks: {use: trial, with: {group: shop}}}"))
    origin.answers("from there", 201, "X-More: 1")
    answer = gate.connect().gets("/y").expects(201, body="from there")
    assert (answer.header("X-More"), origin.request().header("Host")) == ("1", "shop")


def test_a_plugin_asks_nobody_under_a_name_that_is_no_host(gate, origin):
    gate.routes(routes(action="{handler: asks}",
                       before="plugins: {asks: {use: trial, with: {group: shop}}}"))
    origin.answers("from there")
    assert gate.answer("/y", "X-Ask-Host: b.test:81").status == 200
    assert origin.request().headers("Host") == ["b.test:81"]
    for host in ("a b", "a/b", "u@b.test", "b.test:x"):
        assert gate.answer("/y", f"X-Ask-Host: {host}").reason == "bad_host"
    assert len(origin.saw) == 1

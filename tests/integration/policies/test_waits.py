"""Policies ask others while their request waits, and nobody else does."""

from policies import policy

ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}, roles: {targets: ["{roles}"]}}
    routes:
      - {name: r, priority: 1, policy: {script: policies/p.lua, budget: {wall: 300ms}}, action: {forward: shop}}"""


def test_a_policy_asks_another_service(gate, origin, origins):
    roles = origins("roles")
    policy(gate, """
        return { request = function(x)
          local got = gate.all {
            first = function() return gate.fetch("roles", {path = "/who", query = {id = "a b"}}) end,
            second = function() return gate.fetch("roles", {path = "/more", json = {id = 1}}) end }
          x.upstream.headers["X-Role"] = got.first:json().role .. got.second.headers["X-More"]
        end }""", "p")
    gate.routes(ROUTES)
    roles.expects("GET /who?id=a%20b").answers('{"role": "admin"}')
    roles.expects("POST /more").answers("", 200, "X-More: 7")
    origin.expects("GET /").answers("welcome")
    assert gate.answer("/").body == b"welcome"
    assert origin.request().header("X-Role") == "admin7"


def test_every_value_of_a_field_of_an_answer_can_be_read(gate, origin, origins):
    roles = origins("roles")
    policy(gate, """
        return { request = function(x)
          local headers = gate.fetch("roles", {path = "/"}).headers
          local cookies = headers:all("set-cookie")
          x:respond { json = { cookies, headers["SET-COOKIE"], headers.none == nil } }
        end }""", "p")
    gate.routes(ROUTES)
    roles.expects("GET /").answers("", 200, "Set-Cookie: a=1", "Set-Cookie: b=2", "All: mine")
    assert gate.answer("/").body == b'[["a=1","b=2"],"a=1",true]'


def test_a_policy_says_what_its_json_is(gate, origin, origins):
    """It was sent with two types."""
    roles = origins("roles")
    policy(gate, """
        return { request = function(x)
          gate.fetch("roles", {path = "/", json = {}, headers = {["content-type"] = "application/vnd.shop+json"}})
          x:respond { }
        end }""", "p")
    gate.routes(ROUTES)
    roles.expects("POST /").answers("")
    assert gate.answer("/").status == 200
    assert roles.request().headers("Content-Type") == ["application/vnd.shop+json"]


def test_what_an_answer_takes_is_of_the_budget_of_memory(gate, origin, origins):
    """A policy that keeps answers would else keep what nobody counts."""
    roles = origins("roles")
    policy(gate, """
        return { request = function(x)
          local one, two = gate.fetch("roles", {path = "/1"}), { gate.fetch("roles", {path = "/2"}) }
          x:respond { body = #one:body() .. " " .. tostring(two[2]) }
        end }""", "p")
    gate.routes(ROUTES.replace("wall: 300ms", "memory: 512KiB"))
    roles.expects("GET /1").answers("x" * 200_000)
    roles.expects("GET /2").answers("x" * 200_000)
    assert gate.answer("/").body == b"200000 answer_too_large"


def test_a_policy_reads_the_body_and_the_target_gets_it_too(gate, origin, origins):
    origins("roles")
    policy(gate, """
        return { request = function(x)
          local sent, why = x.request:json()
          if not sent then x:deny(400, why) end
          if sent.name ~= "bob" or x.request:body() ~= '{"name": "bob"}' then x:deny(403) end
        end }""", "p")
    gate.routes(ROUTES)
    origin.expects("POST /").answers("taken")
    body = '{"name": "bob"}'
    client = gate.connect().sends("POST / HTTP/1.1", "Host: shop.test", f"Content-Length: {len(body)}", "", body)
    assert client.expects(200).body == b"taken"
    assert origin.request().body == body.encode()
    client.sends("POST / HTTP/1.1", "Host: shop.test", "Content-Length: 1", "", "{")
    client.expects(400)


def test_of_two_functions_that_read_the_body_at_once_one_is_told_so(gate, origin, origins):
    origins("roles")
    policy(gate, """
        return { request = function(x)
          local function read() return { x.request:body() } end
          local got = gate.all { a = read, b = read }
          local body, none = got.a, got.b
          if not body[1] then body, none = none, body end
          x:respond { body = body[1] .. ": " .. none[2] }
        end }""", "p")
    gate.routes(ROUTES)
    client = gate.connect()
    client.sends("POST / HTTP/1.1", "Host: shop.test", "Content-Length: 5", "Expect: 100-continue")
    client.expects_continue()
    client.sends_bytes(b"hello")
    said = "the body is larger than the budget allows, on its way already, or being read by another function of gate.all"
    assert client.expects(200).text == f"hello: {said}"


def test_a_policy_that_waits_too_long_is_ended(gate, origin, origins):
    origins("roles")
    policy(gate, "return { request = function(x) gate.sleep('10s') end }", "p")
    gate.routes(ROUTES)
    gate.allows_error("step_late")
    assert gate.answer("/").status == 503
    assert gate.metric("gatehouse_policy_failures_total", policy="r/policies/p.lua", cause="wall") == 1


def test_the_answer_can_be_changed(gate, origin, origins):
    origins("roles")
    policy(gate, """
        return { response = function(x)
          x.response.headers["X-Powered-By"] = nil
          x.response.headers["X-Seen"] = x.response.status
        end }""", "p")
    gate.routes(ROUTES)
    origin.expects("GET /").answers("welcome", 201, "X-Powered-By: PHP")
    answer = gate.answer("/")
    assert answer.header("X-Powered-By") is None and answer.header("X-Seen") == "201"


def test_socket_phases_are_not_run_yet(gate):
    policy(gate, "return { socket_open = function(x) end }", "p")
    gate.writes("""
        routes: [{name: r, priority: 1, policy: policies/p.lua, action: {respond: {status: 200}}}]""")
    said = gate.command("check", check=1).stderr
    assert "error[not-available]" in said and "socket_open and socket_message do not run yet" in said


def test_the_environment_is_what_the_file_names(gate, origin, origins):
    origins("roles")
    gate.env.update(SEEN="yes", UNSEEN="no")
    policy(gate, "return { request = function(x) x:deny(400, gate.env.SEEN .. tostring(gate.env.UNSEEN)) end }", "p")
    gate.routes("\n    policy_env: [SEEN]" + ROUTES)
    assert gate.answer("/").body == b"yesnil\n"

"""What policies see and change of a request on its way, beyond its head."""

from policies import policy

ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}, other: {targets: ["{other}"]}}
    routes:
      - {name: r, priority: 1, policy: policies/p.lua, action: {forward: shop}}"""


def runs(gate, origins, text):
    other = origins("other")
    policy(gate, text, "p")
    gate.routes(ROUTES)
    return other


def test_the_query_can_be_changed(gate, origin, origins):
    runs(gate, origins, """
        return { request = function(x)
          x.upstream.query.token = nil
          x.upstream.query.user = "a b"
        end }""")
    origin.expects("GET /p?q=1&user=a%20b").answers("found")
    assert gate.answer("/p?token=secret&q=1").body == b"found"
    origin.expects("GET /p?user=a%20b").answers("found")
    assert gate.answer("/p?token=secret").body == b"found"


def test_a_policy_chooses_the_target_group_and_those_behind_it_still_decide(gate, origin, origins):
    other = origins("other")
    policy(gate, """
        return {
          request = function(x)
            if x.request.headers["X-Beta"] then x:forward("other") end
            if x.request.path == "/none" then x:forward("nowhere") end
          end,
          response = function(x) x.response.headers["X-Group"] = x.target_group end,
        }""", "choose")
    policy(gate, "return { request = function(x) if x.request.path == '/closed' then x:deny(403) end end }", "p")
    gate.routes(ROUTES.replace("policy: policies/p.lua", "policies: [policies/choose.lua, policies/p.lua]"))
    gate.allows_error("policy_failed")
    other.expects("GET /").answers("new")
    answer = gate.answer("/", "X-Beta: 1")
    assert answer.body == b"new" and answer.header("X-Group") == "other"
    origin.expects("GET /").answers("old")
    assert gate.answer("/").header("X-Group") == "shop"
    assert gate.answer("/closed", "X-Beta: 1").status == 403
    assert gate.answer("/none").status == 503
    assert "there is no target group 'nowhere'" in gate.event("policy_failed")["error"]


def test_a_request_goes_with_one_host_that_can_be_one(gate, origin, origins):
    runs(gate, origins, """
        return { request = function(x)
          local to = x.request.query.to
          if to == "nobody" then x.upstream.headers.Host = nil else x.upstream.headers.Host = to end
        end }""")
    gate.allows_error("policy_failed")
    origin.answers("in")
    assert gate.answer("/?to=b.test:81").status == 200
    assert origin.request().headers("Host") == ["b.test:81"]
    for to in ("nobody", "a%20b", "a/b", "a%40b", ""):
        assert gate.answer(f"/?to={to}").status == 503
    assert len(origin.saw) == 1


UPPER = """
    return { response = function(x)
      local body, why = x.response:body()
      if not body then x.response.headers["X-Why"] = why return end
      x.response:body(body:upper() .. "!")
    end }"""


def test_the_answers_body_can_be_read_and_replaced(gate, origin, origins):
    runs(gate, origins, UPPER)
    origin.expects("GET /").answers("welcome", 200, "ETag: 1")
    answer = gate.answer("/")
    assert answer.body == b"WELCOME!" and answer.header("Content-Length") == "8" and answer.header("ETag") is None


def test_an_answer_in_chunks_is_read_as_a_whole(gate, origin, origins):
    runs(gate, origins, UPPER)
    origin.expects("GET /").sends(
        "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "3", "wel", "4", "come", "0", "", "")
    assert gate.answer("/").body == b"WELCOME!"


def test_an_answer_without_a_body_has_an_empty_one(gate, origin, origins):
    runs(gate, origins, """
        return { response = function(x) x.response.headers["X-Size"] = #x.response:body() end }""")
    origin.expects("GET /").answers("", 200)
    assert gate.answer("/").header("X-Size") == "0"
    origin.expects("HEAD /").sends("HTTP/1.1 200 OK", "Content-Length: 7", "", "")
    client = gate.connect().sends("HEAD / HTTP/1.1", "Host: shop.test", "", "")
    assert client.expects(200, bodiless=True).header("X-Size") == "0"


def test_an_answer_of_the_gateways_own_is_read_too(gate, origin, origins):
    runs(gate, origins, UPPER.replace("return {", "return { request = function(x) x:deny(403, 'no') end,"))
    answer = gate.answer("/")
    assert answer.status == 403 and answer.body == b"NO\n!"


def test_an_answer_that_is_too_long_goes_on_as_it_is(gate, origin, origins):
    runs(gate, origins, UPPER)
    body = "x" * 3_000_000
    origin.expects("GET /").answers(body)
    answer = gate.answer("/")
    assert answer.body == body.encode() and "larger than the budget" in answer.header("X-Why")
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2dc6c0", body, "0", "", "")
    answer = gate.answer("/")
    assert answer.body == body.encode() and "larger than the budget" in answer.header("X-Why")


def test_a_target_that_dies_under_the_policy_is_an_error(gate, origin, origins):
    runs(gate, origins, UPPER)
    origin.expects("GET /").sends("HTTP/1.1 200 OK", "Content-Length: 9", "", "wel").then_closes()
    assert gate.answer("/").status == 502


def test_a_policy_that_asks_its_own_route_goes_round_eight_times(gate):
    policy(gate, """
        return { request = function(x)
          local got, why = gate.fetch("self", {path = "/", headers = {Host = "shop.test"}})
          x:respond{status = got and got.status or 503, body = why}
        end }""", "p")
    gate.routes(f"""
    target_groups: {{self: {{targets: ["127.0.0.1:{gate.port}"]}}}}
    routes:
      - {{name: r, priority: 1, policy: policies/p.lua, action: {{forward: self}}}}""")
    assert gate.answer("/").status == 508
    assert sorted(each["reason"] for each in gate.records(9)) == ["denied"] * 8 + ["loop_detected"]


LIMIT = """
    return { request = function(x)
      local allowed, wait, left = gate.limit{key = "k", rate = "2/hour", burst = 2, store = "redis"}
      if allowed == nil then x:deny(503, wait) end
      if not allowed then x:respond{status = 429, headers = {["Retry-After"] = math.ceil(wait)}} end
      x:respond{status = 200, body = tostring(left)}
    end }"""


def test_a_limit_is_shared_by_all_gateways_of_a_store(gate, redis):
    policy(gate, LIMIT, "p")
    gate.routes("""
    stores: {redis: {url: "redis://{redis}"}}
    routes: [{name: r, priority: 1, policy: policies/p.lua, action: {respond: {status: 204}}}]""")
    gate.waits_for_metric("gatehouse_redis_connections_open", 1)
    assert [gate.answer("/").body for _ in range(2)] == [b"1", b"0"]
    refused = gate.answer("/")
    assert refused.status == 429 and int(refused.header("Retry-After")) in (1799, 1800)
    redis.dies()
    gate.waits_for_metric("gatehouse_redis_connections_open", 0)
    away = gate.answer("/")
    assert away.status == 503 and away.body == b"store_unavailable\n"

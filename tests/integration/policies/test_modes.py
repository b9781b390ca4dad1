"""A policy on trial, one that fails over and over, and how long policies take."""

from policies import policy

NO = "return { request = function(x) if x.request.path == '/no' then x:deny(403) end error('broken') end }"


def routes(more, before=""):
    return f"""
    {before}
    target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
    routes:
      - {{name: r, priority: 1, policy: {{script: policies/p.lua, {more}}}, action: {{forward: shop}}}}"""


def test_a_policy_in_shadow_says_what_it_would_do(gate, origin):
    policy(gate, "return { request = function(x) x:deny(403) end }", "p")
    gate.routes(routes("mode: shadow"))
    origin.expects("GET /no?token=secret").answers("welcome")
    assert gate.answer("/no?token=secret").body == b"welcome"
    said = gate.event("policy_disagrees")
    assert (said["policy"], said["status"], said["method"], said["path"]) == ("r/policies/p.lua", 403, "GET", "/no")
    assert "secret" not in str(said) and said["request_id"] == gate.record(rule="r")["request_id"]
    assert gate.metric("gatehouse_policy_disagreements_total", policy="r/policies/p.lua") == 1


def test_a_breaker_spares_a_policy_that_fails(gate, origin):
    policy(gate, NO, "p")
    gate.routes(routes("breaker: {failures: 3, per: 1h}"))
    gate.allows_error("policy_failed")
    gate.allows_error("policy_breaker_opened")
    assert [gate.answer("/").status for _ in range(3)] == [503] * 3
    assert gate.answer("/no").status == 503
    assert gate.event("policy_breaker_opened")["failures"] == 3
    assert gate.metric("gatehouse_policy_skipped_total", policy="r/policies/p.lua") == 1
    assert gate.metric("gatehouse_policy_breaker_open", policy="r/policies/p.lua") == 1
    assert gate.admin("/traffic")["policies"][0]["breaker"] == "open"
    assert gate.metric("gatehouse_policy_runs_total", policy="r/policies/p.lua") == 3


def test_a_request_with_a_pass_is_told_how_long_policies_took(gate, origin):
    policy(gate, "return { request = function(x) gate.sleep('20ms') end, response = function() end }", "p")
    gate.routes(routes("on_error: deny", 'secrets: {cookies: ["a secret of this gateway alone"]}'))
    header = gate.command("explain", "--sign", "GET", "http://shop.test/", "-c", str(gate.file), check=0).stdout.strip()
    origin.expects("GET /").answers("welcome")
    times = gate.answer("/", header).header("Server-Timing").split(", ")
    assert [each.split(";")[0] for each in times] == ["policy", "policy_cpu"] * 2
    assert [each.split(";")[2] for each in times[::2]] == [
        'desc="r/policies/p.lua request"', 'desc="r/policies/p.lua response"']
    wall, cpu = (float(each.split(";dur=")[1].split(";")[0]) for each in times[:2])
    assert wall >= 19 > cpu
    origin.expects("GET /").answers("welcome")
    assert gate.answer("/", header[:-1] + "!").header("Server-Timing") is None

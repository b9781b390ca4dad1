"""Policies stand on routes, and each decides over the requests that reach it."""

from policies import policy

KEY = """
return { request = function(x)
  local key = x.request.headers["X-Api-Key"] or x:deny(401, "no API key")
  if key == "loop" then while true do pcall(function() while true do end end) end end
  if key ~= "good" then x:deny(403, "wrong key") end
  x.upstream.headers["X-User-ID"] = "bob"
end }
"""

ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}}
    routes:
      - {name: keyed, priority: 1, policy: policies/key.lua, action: {forward: shop}}"""


def test_a_policy_lets_through_whom_it_wants(gate, origin):
    policy(gate, KEY)
    gate.routes(ROUTES)
    origin.expects("GET /").answers("welcome")
    assert gate.answer("/", "X-Api-Key: good").body == b"welcome"
    assert origin.request().header("X-User-ID") == "bob"
    assert gate.answer("/", "X-Api-Key: bad").status == 403
    refused = gate.answer("/")
    assert refused.status == 401 and refused.body == b"no API key\n"


def test_an_endless_policy_costs_its_own_request_alone(gate, origin):
    policy(gate, KEY)
    gate.routes(ROUTES)
    gate.allows_error("policy_failed")
    assert gate.answer("/", "X-Api-Key: loop").status == 503
    origin.expects("GET /").answers("welcome")
    assert gate.answer("/", "X-Api-Key: good").body == b"welcome"
    assert gate.event("policy_failed")["error"].startswith("policies/key.lua:4: the processor time")
    assert gate.metric("gatehouse_policy_failures_total", policy="keyed/policies/key.lua", cause="cpu") == 1


def test_a_changed_policy_is_live_with_the_next_reload(gate, origin):
    policy(gate, KEY)
    gate.routes(ROUTES)
    policy(gate, "return {request = function(x) x:deny(418) end}")
    gate.command("reload", check=0)
    assert gate.answer("/").status == 418


def test_a_broken_policy_changes_nothing(gate, origin):
    policy(gate, KEY)
    gate.routes(ROUTES)
    policy(gate, "return {request = function(x) x:deny(418 end}")
    gate.allows_error("config_refused")
    done = gate.command("reload", check=1)
    assert "policies/key.lua:1: ')' expected near 'end'" in done.stderr
    assert gate.answer("/").status == 401


def test_parameters_are_checked_at_their_place(gate):
    policy(gate, "return {with = {role = gate.string 'who may pass'}, request = function() end}", "role")
    gate.writes("""
        routes:
          - name: r
            priority: 1
            policies:
              - {script: policies/role.lua, with: {roel: admin}}
              - policies/role.lua
              - policies/none.lua
            action: {respond: {status: 200}}""")
    said = gate.command("check", check=1).stderr
    assert "unknown key 'roel' in `with` of policies/role.lua" in said and "did you mean 'role'?" in said
    assert "`with` of policies/role.lua needs 'role': who may pass" in said
    assert "error[bad-policy]: read policies/none.lua" in said or "error[bad-policy]: open" in said

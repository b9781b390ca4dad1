"""What a policy in shadow would have decided otherwise: kept, shown, and exported as tests."""

import json

from policies import policy

# Three reasons to refuse: who asks, what is asked, and what another service says.
REGION = """
return { request = function(x)
  if x.request.path == "/broken" then error("as asked") end
  if x.request.path == "/old" then x:redirect("/new", 307) end
  if x.request.query.region == "eu" and not x.request.headers["X-Consent"] then x:deny(451, "no consent") end
  if x.request.headers["X-Api-Key"] == "stolen" then x:deny(401) end
  if x.request.path == "/orders" then
    local said = gate.fetch("judge", { path = "/decide?for=" .. x.request.ip })
    if not said:json().allowed then x:deny(403, said:json().why) end
  end
end }"""
ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}, judge: {targets: ["{judge}"]}}
    routes:
      - {name: r, priority: 1, policy: {script: policies/region.lua, mode: shadow}, action: {forward: shop}}"""
NAME = "r/policies/region.lua"


def begins(gate, origin, judge):
    policy(gate, REGION, "region")
    origin.answers("welcome")
    judge.answers('{"allowed": false, "why": "closed", "token": "t-1"}')
    gate.routes(ROUTES)


def test_disagreements_are_exported_as_tests_that_pass(gate, origin, origins):
    begins(gate, origin, origins("judge"))
    gate.allows_error("policy_failed")
    for target in ("/a?region=eu&token=t-2", "/a?region=us", "/old", "/orders", "/broken"):
        assert gate.answer(target, "Cookie: sid=c-1").text == "welcome"
    done = gate.command("shadow", "export", check=0)
    assert "4 tests" in done.stderr and "comment" not in done.stderr
    assert f"    enforce: {NAME}\n" in done.stdout
    for secret in ("t-1", "t-2", "c-1"):
        assert secret not in done.stdout
    (gate.folder / "policies/region_test.yaml").write_text(done.stdout)
    assert "4 passed, 0 failed" in gate.command("test", check=0).stdout
    # They say what the policy decides: one that is mended does not pass them.
    policy(gate, REGION.replace("451", "403"), "region")
    assert "3 passed, 1 failed" in gate.command("test", check=1).stdout


def test_what_hung_on_a_credential_is_no_test_but_a_comment(gate, origin, origins):
    begins(gate, origin, origins("judge"))
    gate.answer("/a", "X-Api-Key: stolen")
    done = gate.command("shadow", "export", check=1)
    assert "stolen" not in done.stdout
    assert "tests: []\n# no test: GET http://shop.test/a: " in done.stdout
    assert "would answer 401; tried out, it is answered 200, without: header X-Api-Key\n" in done.stdout


def test_alike_ones_are_kept_once_and_those_of_an_older_text_not_at_all(gate, origin, origins):
    begins(gate, origin, origins("judge"))
    for target in ("/old", "/old", "/a?region=eu"):
        gate.answer(target)
    seen = gate.admin("/shadow")
    assert [(one["policy"], one["status"], one["request"]["url"]) for one in seen] == [
        (NAME, 307, "http://shop.test/old"), (NAME, 451, "http://shop.test/a?region=eu")]
    assert gate.metric("gatehouse_policy_disagreements_total", policy=NAME) == 3
    policy(gate, REGION.replace("451", "403"), "region")
    gate.command("reload", check=0)
    assert gate.admin("/shadow") == []
    gate.answer("/old")
    assert len(gate.admin("/shadow")) == 1


def test_the_list_is_for_people_and_programs(gate, origin, origins):
    begins(gate, origin, origins("judge"))
    assert "no policy in shadow has disagreed" in gate.command("shadow", check=0).stderr
    assert gate.command("shadow", "export", check=1).stdout == ""
    gate.answer("/old")
    line = gate.command("shadow", check=0).stdout
    assert line.startswith(NAME) and line.endswith("Z  307  GET http://shop.test/old\n")
    assert gate.command("shadow", "list", "policies/region.lua", check=0).stdout == line
    assert gate.command("shadow", "list", "policies/other.lua", check=0).stdout == ""
    assert json.loads(gate.command("shadow", "--json", check=0).stdout)[0]["status"] == 307
    assert "knows list and export" in gate.command("shadow", "exprot", check=2).stderr


def test_without_a_gateway_it_says_so(gate):
    gate.writes("default: {action: {respond: {status: 200}}}")
    assert "is it running" in gate.command("shadow", check=1).stderr

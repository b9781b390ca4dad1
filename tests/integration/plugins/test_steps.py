"""What a plugin on a route sees and does."""

import pytest

from trial import routes, step


def test_steps_run_in_the_order_of_the_file_and_answers_in_reverse(gate, origin):
    gate.routes(routes(step("names", text="first"), step("names", text="second")))
    origin.answers("hi")
    answer = gate.answer("/x")
    assert origin.request().headers("X-Trial") == ["first", "second"]
    assert answer.headers("X-Trial") == ["second", "first"]


def test_an_instance_is_one_step_on_every_route(gate, origin):
    gate.routes(routes("one", before='plugins: {one: {use: trial, with: {does: names, text: one}}}'))
    origin.answers("hi")
    gate.answer("/x")
    assert gate.answer("/x").header("X-Runs") == "2"
    assert origin.request().header("X-Trial") == "one"
    assert gate.metric("gatehouse_trial_runs_total", instance="one") == 2
    assert gate.metric("gatehouse_trial_took_seconds_count", instance="one") == 2
    assert gate.metric("gatehouse_trial_background", instance="one") == 1


def test_the_name_of_a_plugin_is_the_plugin_with_its_defaults(gate, origin):
    gate.routes(routes("trial"))
    origin.answers("hi")
    assert gate.answer("/x").header("X-Seen") == "/x"
    assert gate.metric("gatehouse_trial_runs_total", instance="trial") == 1


def test_a_denied_request_gets_the_error_page_in_the_form_that_the_client_accepts(gate):
    gate.routes(routes(step("denies", status=401), action="{respond: {status: 200}}"))
    answer = gate.answer("/x", "Accept: application/json")
    assert (answer.status, answer.reason) == (401, "denied")
    assert answer.json()["status"] == 401
    assert answer.header("WWW-Authenticate") == "Trial"
    assert gate.records()[0]["reason"] == "denied"


def test_answers_of_the_gateway_itself_pass_the_steps_too(gate, dead):
    gate.routes(routes(step("names")).replace("{origin}", "{dead}"))
    answer = gate.answer("/x")
    assert (answer.status, answer.header("X-Trial")) == (502, "x")


def test_a_step_waits_and_the_worker_goes_on(gate, origin):
    gate.routes(routes(step("sleeps", time="300ms")))
    origin.answers("hi")
    slow, quick = gate.connect(), gate.connect()
    slow.gets("/slow")
    quick.gets("/quick")
    assert slow.expects(200).header("X-Seen") == "/slow"
    assert quick.expects(200).header("X-Seen") == "/quick"
    assert origin.request().header("X-Slept") == "yes"


def test_a_thread_of_the_plugin_may_answer(gate):
    gate.routes(routes(step("resumes_from_a_thread", text="hello"), action="{respond: {status: 404}}"))
    answer = gate.answer("/x")
    assert (answer.status, answer.text, answer.header("X-From")) == (200, "hello", "thread")
    assert gate.records()[0]["reason"] == "served"


def test_values_and_identity_reach_later_steps(gate, origin):
    gate.routes(routes(step("sets_values", text="anna"), step("tells_values")))
    origin.answers("hi")
    gate.answer("/x")
    assert origin.request().header("X-Value") == "anna"
    assert origin.request().header("X-Identity") == "anna/admin"


@pytest.mark.parametrize("status, passes", [(200, True), (204, True), (403, False), (503, False)])
def test_another_service_decides(gate, origins, status, passes):
    """The plugin of tests/plugins/asks_first, which is the smallest one that does something."""
    origin, judge = origins("origin"), origins("judge")
    origin.answers("let through")
    judge.answers("" if status == 204 else "judged", status, "X-User-ID: 7", "WWW-Authenticate: Basic")
    gate.routes(routes("judged", before="""plugins:
      judged: {use: asks_first, with: {target_group: judges, path: "/may?it=pass"}}""").replace(
          'shop: {targets: ["{origin}"]}', 'shop: {targets: ["{origin}"]}, judges: {targets: ["{judge}"]}'))
    answer = gate.answer("/x", "Cookie: a=b")
    asked = judge.request()
    assert (asked.method, asked.target, asked.header("Cookie")) == ("GET", "/may?it=pass", "a=b")
    if passes:
        assert (answer.status, origin.request().header("X-User-ID")) == (200, "7")
    else:
        assert (answer.status, answer.text) == (status, "judged")
        assert answer.header("WWW-Authenticate") == "Basic"
        assert origin.saw == []


def test_a_service_that_is_away_lets_nobody_pass(gate, origin, dead):
    gate.routes(routes("""{use: asks_first, with: {target_group: judges}}""").replace(
        'shop: {targets: ["{origin}"]}', 'shop: {targets: ["{origin}"]}, judges: {targets: ["{dead}"]}'))
    gate.connect().gets("/x").expects(502, reason="target_unreachable")
    assert origin.saw == []


def test_explain_and_routes_print_the_order(gate):
    gate.writes(routes("trial", step("names"), action="{respond: {status: 200}}"))
    said = gate.command("explain", "GET", "/x", check=0).stdout
    assert "  preflight: trial r/trial\n  request: trial r/trial\n" in said
    assert "  response: r/trial trial\n" in said
    assert "steps: trial r/trial" in gate.command("routes", check=0).stdout


@pytest.mark.parametrize("ask, status", [(("GET /a%2fb HTTP/1.1",), 400), (("POST /x HTTP/1.1", "Content-Length: 11"), 413)])
def test_refusals_before_the_first_step_pass_the_steps_too(gate, ask, status):
    gate.routes(routes(step("names"), action="{respond: {status: 204}}", before="limits: {body: 10B}"))
    answer = gate.connect().sends(ask[0], "Host: shop.test", *ask[1:], "", "").expects_any()
    assert (answer.status, answer.header("X-Trial")) == (status, "x")

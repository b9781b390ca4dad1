"""Answers that the gateway makes itself: readable, with a reason word and the request's id."""

import pytest

DEAD = """
    target_groups: {shop: {targets: ["{dead}"]}}
    default: {action: {forward: shop}}"""
TEXT, HTML, JSON = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/problem+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

ACCEPT = [
    (None, TEXT),
    ("*/*", TEXT),
    ("text/plain", TEXT),
    (BROWSER, HTML),
    ("text/html", HTML),
    ("application/json", JSON),
    ("application/problem+json", JSON),
    ("application/json, text/plain, */*", JSON),
    ("text/html;q=0.1, application/json;q=0.9", JSON),
    ("text/html;q=0, application/json;q=0", TEXT),
    ("image/png", TEXT),
    ("nonsense;;;q=x,,", TEXT),
]


@pytest.mark.parametrize("accept, kind", ACCEPT)
def test_the_form_follows_accept(gate, dead, accept, kind):
    gate.routes(DEAD)
    fields = [f"Accept: {accept}"] if accept else []
    answer = gate.connect().gets("/", *fields).expects(502, reason="target_unreachable")
    assert answer.header("Content-Type") == kind
    assert answer.header("X-Request-ID") in answer.text


def test_the_text_says_status_sentence_reason_and_id(gate, dead):
    gate.routes(DEAD)
    answer = gate.connect().gets("/").expects(502)
    assert answer.text == ("502 Bad Gateway: the target refused the connection (target_unreachable)\n"
                           f"request id: {answer.header('X-Request-ID')}\n")


def test_problem_json_has_the_members_of_rfc_9457(gate, dead):
    gate.routes(DEAD)
    answer = gate.connect().gets("/", "Accept: application/json").expects(502)
    assert answer.json() == {
        "type": "about:blank", "title": "Bad Gateway", "status": 502,
        "detail": "the target refused the connection", "reason": "target_unreachable",
        "request_id": answer.header("X-Request-ID")}


def test_the_html_page_has_a_title_and_a_language(gate, dead):
    gate.routes(DEAD)
    page = gate.connect().gets("/", f"Accept: {BROWSER}").expects(502).text
    assert page.lower().startswith("<!doctype html>")
    assert '<html lang="en">' in page
    assert "<title>502 Bad Gateway</title>" in page


def test_head_gets_no_body_and_the_connection_goes_on(gate, dead):
    gate.routes(DEAD)
    client = gate.connect().sends("HEAD / HTTP/1.1", "Host: a")
    answer = client.expects(502, bodiless=True)
    assert answer.header("X-Request-ID")
    client.gets("/").expects(502, reason="target_unreachable")


def test_an_error_that_is_the_targets_leaves_the_connection_open(gate, dead):
    gate.routes(DEAD)
    client = gate.connect()
    for _ in range(3):
        client.gets("/").expects(502, reason="target_unreachable")
    assert len({r["connection"] for r in gate.records(3)}) == 1


def test_the_id_is_the_records_id(gate, dead):
    gate.routes(DEAD)
    answer = gate.connect().gets("/").expects(502)
    assert gate.records()[0]["request_id"] == answer.header("X-Request-ID")


def test_nothing_a_client_sent_is_echoed_into_a_page(gate, dead):
    gate.routes(DEAD)
    answer = gate.connect().gets("/<script>alert(1)</script>", "X-Request-ID: <script>",
                                 f"Accept: {BROWSER}").expects_any()
    assert b"<script" not in answer.body


def test_an_answer_of_the_target_is_left_alone(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    origin.answers("mine", 500, "Content-Type: text/x-own")
    answer = gate.connect().gets("/", "Accept: text/html").expects(500, body="mine")
    assert answer.header("Content-Type") == "text/x-own"
    record = gate.records()[0]
    assert (record["status"], record["target_status"], record["reason"]) == (500, 500, "none")


def test_without_a_rule_the_answer_is_404(gate):
    gate.routes("""
        routes:
          - {name: a, priority: 1, when: {path: /a}, action: {respond: {status: 200}}}""")
    gate.connect().gets("/b").expects(404, reason="no_rule")
    assert "rule" not in gate.records()[0]


def test_bytes_that_are_still_on_their_way_do_not_reset_the_answer_away(gate):
    """The client sends on after being refused; closing at once would reset what it has not read."""
    gate.routes("""
        limits: {body: 10B}
        default: {action: {respond: {status: 200}}}""")
    client = gate.connect().sends("POST / HTTP/1.1", "Host: a", "Content-Length: 100000", "", "x" * 90000)
    client.expects(413, reason="body_too_large")

"""A client of a weighted rule stays with its group (ALB.md 1.3)."""

FILE = """
    SECRETS
    target_groups: {one: {targets: ["{one}"]}, two: {targets: ["{two}"]}, three: {targets: ["{three}"]}}
    routes:
      - {name: other, priority: 1, when: {path: /other}, action: {forward: {two: 1, three: 1}, sticky: 1h}}
      - {name: main, priority: 2, action: {forward: {one: 1, two: WEIGHT}, sticky: 1h}}"""


def file(weight=1, secrets=""):
    return FILE.replace("WEIGHT", str(weight)).replace("SECRETS", secrets)


def start(gate, origins, text):
    for name in ("one", "two", "three"):
        origins(name).answers(name)
    gate.routes(text)


def cookie_of(answer):
    return answer.header("Set-Cookie").partition(";")[0]


def fresh(gate, target="/"):
    """A client without a cookie: its group, and the cookie that it is given."""
    answer = gate.connect().gets(target).expects(200)
    return answer.text, cookie_of(answer)


def test_a_client_stays_with_the_group_that_it_was_given(gate, origins):
    start(gate, origins, file())
    groups = set()
    for _ in range(12):
        group, cookie = fresh(gate)
        groups.add(group)
        again = gate.connect().gets("/x", f"Cookie: a=b; {cookie}").expects(200)
        assert again.text == group
        assert again.header("Set-Cookie") is None, "renewed only when half of its time is over"
    assert groups == {"one", "two"}


def test_the_cookie_is_a_sealed_one_of_this_site(gate, origins):
    start(gate, origins, file())
    answer = gate.connect().gets("/").expects(200)
    pair, *attributes = answer.header("Set-Cookie").split("; ")
    assert pair.startswith("GATEHOUSETG=")
    assert attributes == ["Path=/", "Max-Age=3600", "HttpOnly", "SameSite=Lax"]
    assert len(answer.headers("Set-Cookie")) == 1, "the twin for other sites needs https"


def test_several_rules_share_the_cookie_without_forgetting(gate, origins):
    start(gate, origins, file())
    group, cookie = fresh(gate)
    answer = gate.connect().gets("/other", f"Cookie: {cookie}").expects(200)
    both = cookie_of(answer)
    for _ in range(8):
        assert gate.connect().gets("/", f"Cookie: {both}").expects(200).text == group
        assert gate.connect().gets("/other", f"Cookie: {both}").expects(200).text == answer.text


def test_a_forged_cookie_is_no_cookie(gate, origins):
    start(gate, origins, file())
    _, cookie = fresh(gate)
    forged = cookie[:-3] + ("AAA" if not cookie.endswith("AAA") else "BBB")
    for value in (forged, "GATEHOUSETG=", "GATEHOUSETG=%00"):
        answer = gate.connect().gets("/", f"Cookie: {value}").expects(200)
        assert answer.header("Set-Cookie").startswith("GATEHOUSETG=")


def test_a_group_without_weight_keeps_nobody(gate, origins):
    start(gate, origins, file())
    cookies = [c for g, c in (fresh(gate) for _ in range(12)) if g == "two"]
    gate.reload(file(weight=0))
    for cookie in cookies:
        answer = gate.connect().gets("/", f"Cookie: {cookie}").expects(200)
        assert (answer.text, cookie_of(answer) != cookie) == ("one", True)
    assert cookies


def test_cookies_outlive_a_reload_and_a_change_of_the_first_secret(gate, origins):
    old = 'secrets: {cookies: ["an old secret of the gate"]}'
    both = 'secrets: {cookies: ["a new secret of the gate", "an old secret of the gate"]}'
    new = 'secrets: {cookies: ["a new secret of the gate"]}'
    start(gate, origins, file(secrets=old))
    group, cookie = fresh(gate)
    gate.reload(file(secrets=both))
    for _ in range(8):
        assert gate.connect().gets("/", f"Cookie: {cookie}").expects(200).text == group
    gate.reload(file(secrets=new))
    assert gate.connect().gets("/", f"Cookie: {cookie}").expects(200).header("Set-Cookie")


def test_without_a_secret_cookies_outlive_a_reload_too(gate, origins):
    start(gate, origins, file())
    group, cookie = fresh(gate)
    gate.reload(file(weight=2))
    for _ in range(8):
        assert gate.connect().gets("/", f"Cookie: {cookie}").expects(200).text == group


def test_the_targets_own_cookies_stay(gate, origins):
    origins("one").answers("one", 200, "Set-Cookie: a=b")
    origins("two").answers("two", 200, "Set-Cookie: a=b")
    origins("three")
    gate.routes(file())
    cookies = gate.connect().gets("/").expects(200).headers("Set-Cookie")
    assert [c.partition("=")[0] for c in cookies] == ["a", "GATEHOUSETG"]

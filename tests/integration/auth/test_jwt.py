"""Tokens at the door: what passes, what a target is told, what everyone else hears (PRODUCT B2, E2)."""

import time

import jwt
import pytest

import tokens
from tokens import bearer, routes


def test_a_target_learns_who_the_user_is(gate, origin):
    gate.routes(routes())
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(tokens.hs256())).expects(200, body="fine")
    seen = origin.request()
    assert seen.headers("X-User-ID") == ["ann"]
    assert seen.headers("X-User-Email") == ["ann@example.com"]
    assert seen.headers("X-User-Role") == ["admin"]
    assert len(seen.headers("Authorization")) == 1


def test_a_program_is_challenged(gate, origin):
    gate.routes(routes())
    answer = gate.answer("/api/x")
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") == 'Bearer realm="gatehouse"'
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("Cache-Control") == "no-store"
    assert gate.record(status=401)["reason"] == "not_authenticated"
    assert origin.saw == []


def test_one_answer_for_every_refusal_and_the_reason_in_the_log(gate, origin):
    gate.routes(routes())
    expired = tokens.hs256(exp=int(time.time()) - 60)
    forged = tokens.hs256("a secret that is not ours, and long enough")
    answers = [gate.answer("/api/x", bearer(t)) for t in (expired, forged, "x.y", "x")]
    assert {(a.status, a.header("WWW-Authenticate"), a.text) for a in answers} == {
        (401, 'Bearer realm="gatehouse", error="invalid_token"', answers[0].text)}
    for reason in ("token_expired", "token_bad_signature"):
        gate.record(reason=reason)
    assert origin.saw == []
    assert forged not in gate.stderr_text() and tokens.SECRET not in gate.stderr_text()
    assert forged not in gate.access_log.read_text()
    assert gate.metric("gatehouse_auth_invalid_total", method="jwt") == 4


PERSON = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


def test_a_person_is_sent_to_the_login_page(gate, origin):
    gate.routes(routes(', login: "/login"'))
    answer = gate.answer("/api/x?a=1", *PERSON)
    assert (answer.status, answer.header("Location")) == (302, "/login?callbackUrl=%2Fapi%2Fx%3Fa%3D1")
    answer = gate.answer("/api/x", "Sec-Fetch-Mode: cors")
    assert (answer.status, '"login_url":"/login"' in answer.text) == (401, True)
    # What came in Authorization is a program's, whatever it accepts.
    answer = gate.answer("/api/x", bearer("a.b.c"), *PERSON)
    assert (answer.status, '"login_url":"/login"' in answer.text) == (401, True)
    assert origin.saw == []


def test_nobody_passes_where_the_route_says_so_and_a_bad_token_never(gate, origin):
    gate.routes(routes(", optional: true"))
    origin.answers("fine")
    gate.connect().gets("/api/x", "X-User-ID: 1").expects(200)
    assert origin.request().headers("X-User-ID") == []
    assert gate.answer("/api/x", bearer(tokens.hs256("a secret that is not ours, and long enough"))).status == 401


def test_roles_and_claims_are_asked_for(gate, origin):
    gate.routes(routes(", require: {role: [admin, owner], claims: {tenant: [a, b]}}"))
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(tokens.hs256(tenant="b"))).expects(200)
    for claims in (dict(tenant="c"), {}, dict(tenant="a", role="ADMIN"), dict(tenant="a", role={"admin": True})):
        answer = gate.answer("/api/x", bearer(tokens.hs256(**claims)))
        assert answer.status == 403
        assert answer.header("WWW-Authenticate") == 'Bearer realm="gatehouse", error="insufficient_scope"'
    assert len(origin.saw) == 1


def test_a_cookie_counts_where_the_file_says_so(gate, origin):
    gate.routes(routes(jwt_options=f'secret: "{tokens.SECRET}", from: [bearer, cookie], cookie: token'))
    origin.answers("fine")
    good = tokens.hs256()
    gate.connect().gets("/api/x", f"Cookie: a=b; token={good}", "Authorization: Basic YTpi").expects(200)
    seen = origin.request()
    assert (seen.headers("X-User-ID"), seen.headers("Authorization")) == (["ann"], [])
    assert gate.answer("/api/x", f"Cookie: token={good}; token={good}").status == 400
    assert gate.answer("/api/x", f"Cookie: token={good}", bearer(good)).status == 400


def test_the_backend_gets_a_token_of_its_own(gate, origin):
    gate.routes(routes(f', mint: {{secret: "{tokens.OTHER}", lifetime: 168h}}'))
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(tokens.hs256())).expects(200)
    (line,) = origin.request().headers("Authorization")
    # Flask's way: no leeway, no audience.
    said = jwt.decode(line.removeprefix("Bearer "), tokens.OTHER, algorithms=["HS256"])
    assert (said["user_id"], said["sub"], said["email"], said["role"]) == ("ann", "ann", "ann@example.com", "admin")
    assert said["exp"] <= tokens.claims()["exp"] and said["jti"]


def test_two_secrets_are_accepted_while_one_replaces_the_other(gate, origin):
    gate.routes(routes(jwt_options=f'secret: ["{tokens.OTHER}", "{tokens.SECRET}"]'))
    for secret in (tokens.SECRET, tokens.OTHER):
        origin.answers("fine")
        gate.connect().gets("/api/x", bearer(tokens.hs256(secret))).expects(200)
    gate.reload(routes(jwt_options=f'secret: "{tokens.OTHER}"'))
    assert gate.answer("/api/x", bearer(tokens.hs256(tokens.SECRET))).status == 401


@pytest.mark.parametrize("algorithm", tokens.KEYS)
@pytest.mark.parametrize("form", ["public_key", "jwks"])
def test_tokens_of_PyJWT_verify_with_each_kind_of_key(gate, origin, algorithm, form):
    key = tokens.key(algorithm, kid="one", alg=algorithm)
    name = "key.pem" if form == "public_key" else "keys.json"
    text = key.export_to_pem() if form == "public_key" else b'{"keys":[%s]}' % key.export_public().encode()
    (gate.folder / name).write_bytes(text)
    gate.routes(routes(jwt_options=f"algorithms: [{algorithm}], {form}: {name}"))
    origin.answers("fine")
    private = key.export_to_pem(private_key=True, password=None)
    token = jwt.encode(tokens.claims(), private, algorithm, headers={"kid": "one"})
    gate.connect().gets("/api/x", bearer(token)).expects(200)
    other = tokens.key(algorithm).export_to_pem(private_key=True, password=None)
    assert gate.answer("/api/x", bearer(jwt.encode(tokens.claims(), other, algorithm, headers={"kid": "one"}))).status == 401
    assert len(origin.saw) == 1


@pytest.mark.parametrize("options, said", [
    ("require: {role: []}", "error[wrong-value]: without a role and a claim it asks for nothing"),
    ("require: {}", "error[wrong-value]: without a role and a claim it asks for nothing"),
    ("require: {claims: {tenant: []}}", "error[wrong-value]: an empty list says nothing"),
    ("identity_headers: {id: X-Forwarded-For}", "error[wrong-value]: a header field that has another meaning"),
    ("optional: true, require: {role: admin}", "warning[plugin-says]: who is not signed in passes all the same")])
def test_what_would_let_the_wrong_people_pass_is_said_by_check(gate, options, said):
    gate.writes(f"""
        routes:
          - name: api
            priority: 1
            plugins: [{{use: auth, with: {{chain: [jwt], jwt: {{secret: "{tokens.SECRET}"}}, {options}}}}}]
            action: {{respond: {{status: 200}}}}""")
    done = gate.command("check", check=1 if said.startswith("error") else 0)
    assert said in done.stdout + done.stderr


def test_what_is_wrong_with_keys_is_said_by_check(gate):
    def hints(jwt_options):
        gate.writes(routes(jwt_options=jwt_options).replace("{origin}", "127.0.0.1:1"))
        done = gate.command("check", "-c", str(gate.file))
        return done.returncode, done.stdout + done.stderr

    for options, message in [
            ('secret: "twelve bytes"', "a secret of 12 bytes for HS256"),
            ('secret: "secret"', "a secret out of a public document"),
            ('secret: "your-super-secret-jwt-token-with-at-least-32-characters-long"', "a secret out of a public document"),
            ("issuer: x", "there is no key that could verify a token"),
            (f'secret: "{tokens.SECRET}", leeway: 500ms', "'500ms' is not a multiple of 1s\n"),
            (f'secret: "{tokens.SECRET}", from: cookie, cookie: "a b"', "error[wrong-value]: no cookie can be called so"),
            (f'secret: "{tokens.SECRET}", from: []', "error[wrong-value]: a token that is looked for nowhere"),
            (f'secret: "{tokens.SECRET}", from: query, query: ""', "error[wrong-value]: 'query' is empty"),
            (f'algorithms: [RS256], secret: "{tokens.SECRET}"', "a secret beside algorithms that need a public key"),
            ("jwks: nowhere.json", "error[unreadable-file]: read nowhere.json"),
            ("secret: \"-----BEGIN PUBLIC KEY-----\"", "a public key, certificate or JWK as an HMAC secret")]:
        code, text = hints(options)
        assert (code, message in text) == (1, True), text


UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


def test_a_token_in_the_query_opens_a_socket_and_goes_no_further(gate, origin):
    gate.routes(routes(jwt_options=f'secret: "{tokens.SECRET}", from: [bearer, query], query: token'))
    good = tokens.hs256()
    referer = f"Referer: http://shop.test/page?token={good}"
    origin.answers("fine")
    gate.connect().gets(f"/api/x?a=1&tok%65n={good}&b", *UPGRADE, referer).expects(200)
    seen = origin.request()
    assert (seen.target, seen.headers("X-User-ID"), seen.headers("Referer")) == ("/api/x?a=1&b", ["ann"], [])
    assert gate.answer(f"/api/y?token={good}", *UPGRADE, bearer(good)).status == 400
    assert gate.answer(f"/api/y?token={good}&token={good}", *UPGRADE).status == 400
    # A plain request is told so, and its token stays out of the log all the same.
    origin.answers("fine")
    assert gate.answer(f"/api/y?token={good}", referer).status == 401
    gate.connect().gets("/api/z?a", bearer(good), "Referer: http://shop.test/page?a").expects(200)
    assert origin.request(1).headers("Referer") == ["http://shop.test/page?a"]
    assert gate.record(path="/api/x")["query"] == "a=1&b"
    assert gate.record(path="/api/z")["referer"] == "http://shop.test/page?a"
    assert good not in gate.access_log.read_text() and good not in gate.stderr_text()


def test_a_policy_sees_nothing_of_a_token_in_the_query_either(gate, origin, tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/looks.lua").write_text('''
        return {request = function(x)
          x.upstream.headers["X-Saw"] = tostring(x.request.headers.Referer) .. #x.request.headers:all("Referer")
        end}''')
    gate.routes(routes(jwt_options=f'secret: "{tokens.SECRET}", from: [query], query: token').replace(
        "            action: {forward: shop}", "            policy: policies/looks.lua\n            action: {forward: shop}", 1))
    good = tokens.hs256()
    origin.answers("fine")
    for referer in ([f"Referer: http://shop.test/?token={good}"], ["Referer: http://a", f"Referer: http://b?token={good}"]):
        gate.connect().gets(f"/api/x?token={good}", *UPGRADE, *referer).expects(200)
        seen = origin.request(len(origin.requests) - 1)
        assert (seen.header("X-Saw"), seen.header("Referer")) == ("nil0", None)


def test_check_warns_of_tokens_in_the_query(gate):
    gate.writes(routes(jwt_options=f'secret: "{tokens.SECRET}", from: [query]').replace("{origin}", "127.0.0.1:1"))
    done = gate.command("check", "-c", str(gate.file))
    assert (done.returncode, "counts for WebSocket upgrades only" in done.stdout + done.stderr) == (0, True)


def test_check_warns_of_a_secret_that_stands_in_the_file(gate):
    """Wherever one can stand; from the environment or a file it is no news."""
    (gate.folder / "secret").write_text(tokens.SECRET + "\n")
    for literal, options in [(2, (f'secret: "{tokens.SECRET}"', tokens.OTHER)), (0, ('secret: "file:secret"', "${PATH}-and-so-on"))]:
        gate.writes(routes(f', mint: {{secret: "{options[1]}"}}', options[0]).replace("{origin}", "127.0.0.1:1"))
        done = gate.command("check", "-c", str(gate.file))
        text = done.stdout + done.stderr
        assert (done.returncode, text.count("warning[literal-secret]")) == (0, literal), text


@pytest.mark.parametrize("key", ['admin: {address: "127.0.0.1:0", token: $}', "secrets: {cookies: $}", 'secrets: {cookies: ["", $]}'])
def test_J17_check_refuses_well_known_secrets_of_the_gateway_too(gate, key):
    for secret in ("change-me", "0123456789abcdef0123456789abcdef", "your-super-secret-jwt-token-with-at-least-32-characters-long",
                   "<the document prints a live secret here; left out: never reuse it>"):
        gate.writes(f"""
            {key.replace("$", repr(secret))}
            default: {{action: {{respond: {{status: 404}}}}}}""")
        said = gate.command("check", check=1).stderr
        assert "error[known-secret]: a secret out of a public document" in said and secret not in said


def test_check_warns_of_a_short_token_of_the_admin_API(gate):
    gate.writes("""
        admin: {address: "127.0.0.1:0", token: "short"}
        default: {action: {respond: {status: 404}}}""")
    done = gate.command("check", "-c", str(gate.file))
    assert "warning[weak-secret]" in done.stdout + done.stderr


@pytest.mark.parametrize("options, message", [
    ("identity_headers: {id: Host}", "a header field that has another meaning"),
    ("identity_headers: {role: authorization}", "a header field that has another meaning"),
    ("identity_headers: {id: X-Who, email: x-who}", "the same header field twice"),
    ("identity_headers: {id: X_User}", "not letters, digits and '-'"),
    ("login: //evil.example/", "neither a path nor a URL"),
    ("login: '/a\"b'", "neither a path nor a URL"),
])
def test_check_says_what_no_header_or_page_can_be(gate, options, message):
    gate.writes(routes(f", {options}").replace("{origin}", "127.0.0.1:1"))
    done = gate.command("check", "-c", str(gate.file))
    assert (done.returncode, message in done.stdout + done.stderr) == (1, True), done.stdout + done.stderr

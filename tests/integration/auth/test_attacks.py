"""Attacks over the wire: each is refused, nothing reaches the target, and the log says why."""

import json
import time

import pytest

import tokens
from tokens import bearer, encoded, hs256, routes, unsigned

KEY = tokens.key("RS256")
PEM = KEY.export_to_pem()


def mac(secret, header, payload=None):
    from jwt.algorithms import HMACAlgorithm
    text = unsigned(header, payload)
    return f"{text}.{encoded(HMACAlgorithm(HMACAlgorithm.SHA256).sign(text.encode(), secret))}"


def jwe(header, key="", tag="A" * 22):
    return f"{encoded(json.dumps(header))}.{key}.{'A' * 16}.{'A' * 64}.{tag}"


def raw(payload):
    return mac(tokens.SECRET.encode(), {"alg": "HS256"}).split(".")[0] + "." + encoded(payload)


def signed(payload):
    from jwt.algorithms import HMACAlgorithm
    text = raw(payload)
    return f"{text}.{encoded(HMACAlgorithm(HMACAlgorithm.SHA256).sign(text.encode(), tokens.SECRET.encode()))}"


EXP = int(time.time()) + 600
SECRET = tokens.SECRET.encode()
J = {
    "J01 none": (unsigned({"alg": "none"}) + ".", "token_algorithm_refused"),
    "J01 nOnE": (unsigned({"alg": "nOnE"}) + ".", "token_algorithm_refused"),
    "J01 no signature": (hs256().rsplit(".", 1)[0] + ".", "token_bad_signature"),
    "J07 kid": (mac(SECRET, {"alg": "HS256", "kid": "a b"}), "token_kid_refused"),
    "J08 crit": (mac(SECRET, {"alg": "HS256", "crit": ["x"]}), "token_header_refused"),
    "J09 b64": (mac(SECRET, {"alg": "HS256", "b64": False}), "token_header_refused"),
    "J10 duplicate": (signed('{"sub":"a","exp":%d,"role":"user","r\\u006fle":"admin"}' % EXP), "token_duplicate_member"),
    "J11 trailing": (hs256() + "A", "token_bad_signature"),
    "J18 string": (signed('{"sub":"a","exp":"%d"}' % EXP), "token_bad_time"),
    "J18 1e400": (signed('{"sub":"a","exp":1e400}'), "token_bad_time"),
    "J18 none": (signed('{"sub":"a"}'), "token_no_expiry"),
    "J19 nbf": (signed('{"sub":"a","exp":%d,"nbf":%d}' % (EXP, EXP)), "token_not_yet_valid"),
    "J19 iat": (signed('{"sub":"a","exp":%d,"iat":%d}' % (EXP, EXP)), "token_issued_ahead"),
    "J23 id_token": (signed('{"sub":"a","exp":%d,"nonce":"n"}' % EXP), "token_other_purpose"),
    "J23 logout": (mac(SECRET, {"alg": "HS256", "typ": "logout+jwt"}), "token_type_refused"),
    "J24 deep": (signed('{"sub":"a","exp":%d,"a":%s%s}' % (EXP, "[" * 2000, "]" * 2000)), "token_bad_json"),
    "J25 zip": (mac(SECRET, {"alg": "HS256", "zip": "DEF"}), "token_header_refused"),
    "J26 PBES2": (mac(SECRET, {"alg": "PBES2-HS256+A128KW", "p2c": 2 ** 31, "p2s": "AAAA"}), "token_algorithm_refused"),
    "J26 PBES2 JWE": (jwe({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2 ** 31, "p2s": "AAAA"}), "token_encrypted"),
    "J28 tag": (jwe({"alg": "dir", "enc": "A256GCM"}, tag="AAAA"), "token_encrypted"),
    "J28 half tag": (jwe({"alg": "dir", "enc": "A256CBC-HS512"}, tag="A" * 22), "token_encrypted"),
    "J29 padding": (jwe({"alg": "dir", "enc": "A256CBC-HS512"}, tag="A" * 43), "token_encrypted"),
    "J30 key wrap": (jwe({"alg": "A256KW", "enc": "A256GCM"}, key="A" * 54), "token_encrypted"),
    "J27 public key": (jwe({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT"}, key="A" * 342), "token_encrypted"),
    "J27 JWE": ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAECAwQFBgcICQoL.AAAA.AAAAAAAAAAAAAAAAAAAAAA", "token_encrypted"),
    "H08 CR LF": (signed(json.dumps({"sub": "a\r\nX-Admin: 1", "exp": EXP})), "claim_not_representable"),
    "H08 emoji": (signed(json.dumps({"sub": "a", "email": "\U0001f600", "exp": EXP})), "claim_not_representable"),
    "H08 two roles in one": (signed(json.dumps({"sub": "a", "role": "user,admin", "exp": EXP})), "claim_not_representable"),
    "no user": (signed('{"exp":%d}' % EXP), "token_no_user"),
}


def test_J01_to_H08_tokens_that_are_none(gate, origin):
    gate.routes(routes())
    for name, (token, reason) in J.items():
        answer = gate.answer("/api/" + name.replace(" ", "_"), bearer(token))
        assert (name, answer.status) == (name, 401)
        assert gate.record(path="/api/" + name.replace(" ", "_"))["reason"] == reason, name
    assert origin.saw == []


def test_J02_a_public_key_is_no_secret(gate, origin):
    (gate.folder / "key.pem").write_bytes(PEM)
    gate.routes(routes(jwt_options="algorithms: [RS256], public_key: key.pem"))
    for secret in (PEM, PEM.rstrip(b"\n"), KEY.export_public().encode()):
        assert gate.answer("/api/x", bearer(mac(secret, {"alg": "HS256"}))).status == 401
    assert origin.saw == []


def test_J04_J05_a_token_does_not_choose_its_key(gate, origin):
    (gate.folder / "key.pem").write_bytes(PEM)
    gate.routes(routes(jwt_options="algorithms: [RS256], public_key: key.pem"))
    import jwt
    attacker = tokens.key("RS256")
    private = attacker.export_to_pem(private_key=True, password=None)
    for extra in ({"jwk": json.loads(attacker.export_public())}, {"jku": "http://{}/jwks.json".format(origin.address)},
                  {"x5u": "http://{}/x5u".format(origin.address)}):
        assert gate.answer("/api/x", bearer(jwt.encode(tokens.claims(), private, "RS256", headers=extra))).status == 401
    assert origin.saw == []


def test_J24_a_token_too_long_for_a_header_is_the_headers_matter(gate, origin):
    gate.routes(routes())
    assert gate.answer("/api/x", bearer("." * 9000)).status == 401
    assert gate.answer("/api/x", bearer("a" * 100_000)).status == 431
    assert origin.saw == []


IDENTITY = ["X-User-ID", "x-user-id", "X_User_ID", "X-User_ID", "x.user.id", "X-USER-EMAIL", "X-User-Role",
            "X-User-ID-Encoding", "X-Amzn-Oidc-Data", "X-Gatehouse-Identity", "X-Auth-Request-User", "X-Forwarded-User",
            "Remote-User", "X-WebAuth-User", "X-Middleware-Subrequest", "Proxy", "X-HTTP-Method-Override"]


@pytest.mark.parametrize("path", ["/api/x", "/public/x"])
def test_H01_H02_H10_H14_M01_what_a_client_says_of_itself_is_dropped(gate, origin, path):
    """Also on a public route to a target that believes what a protected route tells it."""
    gate.routes(routes())
    origin.answers("fine")
    fields = [f"{name}: evil" for name in IDENTITY]
    gate.connect().gets(path, bearer(hs256()), *fields).expects(200)
    seen = origin.request()
    assert "evil" not in str(seen.fields)
    assert seen.headers("X-User-ID") == (["ann"] if path == "/api/x" else [])


def test_H01_nobody_says_who_he_is_where_a_token_may_be_missing_or_a_socket_is_opened(gate, origin):
    gate.routes(routes(", optional: true"))
    upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    preflight = ["Origin: https://a.test", "Access-Control-Request-Method: GET"]
    for number, (method, more) in enumerate([("GET", []), ("GET", upgrade), ("OPTIONS", preflight), ("OPTIONS", [])]):
        origin.answers("fine")
        fields = [f"{name}: evil" for name in IDENTITY]
        gate.connect().sends(f"{method} /api/x HTTP/1.1", "Host: shop.test", *fields, *more).expects(200)
        assert "evil" not in str(origin.request(number).fields)


def test_a_target_that_is_told_nothing_gets_what_the_client_says(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    origin.answers("fine")
    gate.connect().gets("/", "X-User-ID: 1").expects(200)
    assert origin.request().headers("X-User-ID") == ["1"]


def test_H03_nominating_our_fields_does_not_remove_them(gate, origin):
    gate.routes(routes())
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(hs256()), "Connection: X-User-ID, X-User-Role, Authorization").expects(200)
    seen = origin.request()
    assert (seen.headers("X-User-ID"), seen.headers("X-User-Role")) == (["ann"], ["admin"])


def test_H05_identity_in_trailers_stays_there(gate, origin):
    gate.routes(routes())
    origin.answers("fine")
    client = gate.connect()
    client.sends("POST /api/x HTTP/1.1", "Host: shop.test", bearer(hs256()), "Transfer-Encoding: chunked",
                 "Trailer: X-User-ID")
    client.sends_chunks(b"a", trailers=("X-User-ID: evil",)).expects(200)
    seen = origin.request()
    assert (seen.headers("X-User-ID"), "evil" in str(seen.trailers)) == (["ann"], False)


def test_H06_H07_one_credential_in_one_form(gate, origin):
    gate.routes(routes())
    good = hs256()
    for fields in ([bearer(good), bearer(good)], [f"Authorization: Bearer {good}, Bearer {good}"],
                   [bearer(good), f"_Authorization: Bearer {good}"], [f"Authorization: Bearer  {good}"],
                   [f"Authorization: Bearer\t{good}"], ["Authorization: Bearer"]):
        assert (fields, gate.answer("/api/x", *fields).status) == (fields, 400)
    assert gate.answer(f"/api/x?access_token={good}", bearer(good)).status == 400
    assert origin.saw == []
    for scheme in ("bearer", "BEARER"):
        origin.answers("fine")
        gate.connect().gets("/api/x", f"Authorization: {scheme} {good}").expects(200)


def test_H11_H13_H15_headers_that_other_gateways_believe(gate, origin):
    gate.routes(routes())
    for field in ("X-Forwarded-Uri: /public", "X-Original-URL: /public", "X-Rewrite-URL: /public", "X-Forwarded-For: 127.0.0.1",
                  "User-Agent: ELB-HealthChecker/2.0", "X-Integration-Layer: true"):
        assert (field, gate.answer("/api/x", field).status) == (field, 401)
    assert origin.saw == []


# The path alone decides, and it is canonical: what a client writes, and what becomes of it.
P = {
    "/public/..%2fapi/x": 400, "/public/%2e%2e/api/x": 401, "/public/../api/x": 401, "//api/x": 401, "/./api/x": 401,
    "/%61pi/x": 401, "/api;a/x": 401, "/api/x;a": 401, "/public/..;/api/x": 400, "/public;/../api/x": 401,
    "/public/..%5capi/x": 400, "/public/..\\api/x": 400, "/public\\..\\api/x": 400, "/public%00/../api/x": 400,
    "/public%0a/../api/x": 400, "/public/%252e%252e/api/x": "/public/%252e%252e/api/x",
    "/public/%c0%ae%c0%ae/api/x": "/public/%c0%ae%c0%ae/api/x", "/public#/../api/x": 400,
}


@pytest.mark.parametrize("path", P)
def test_P01_P02_a_crooked_path_leads_to_no_protected_one(gate, origin, path):
    gate.routes(routes())
    client = gate.connect()
    if isinstance(P[path], int):
        client.sends(f"GET {path} HTTP/1.1", "Host: shop.test").expects(P[path])
        assert origin.saw == []
    else:  # no decoder reads it as another path at once: it is the public rule's, as it stands
        origin.answers("fine")
        client.sends(f"GET {path} HTTP/1.1", "Host: shop.test").expects(200)
        assert origin.request().target == P[path]


def test_P03_P04_query_and_case_change_no_rule(gate, origin):
    gate.routes(routes())
    for target, status in [("/api/x?path=/public", 401), ("/api/x?/../public", 401), ("/API/x", 404), ("/api/", 401),
                           ("/api/x#/public", 400), ("/api/x.", 401), ("/api/x%20", 401), ("/api/.json", 401)]:
        assert (target, gate.answer(target).status) == (target, status)
    for host in ("shop.test/public", "shop.test?/public", "shop.test#", "a@shop.test"):
        assert gate.connect().sends("GET /api/x HTTP/1.1", f"Host: {host}").expects_any().status == 400
    client = gate.connect().sends("GET http://shop.test/api/x HTTP/1.1", "Host: shop.test")
    assert client.expects_any().status == 401
    assert origin.saw == []


def test_M01_methods_are_what_they_are(gate, origin):
    gate.routes(routes())
    for method, status in [("HEAD", 401), ("GeT", 401), ("PROPFIND", 401), ("TRACE", 405), ("OPTIONS", 401)]:
        client = gate.connect().sends(f"{method} /api/x HTTP/1.1", "Host: shop.test", "X-HTTP-Method-Override: GET")
        assert (method, client.expects_any(bodiless=method == "HEAD").status) == (method, status)
    assert origin.saw == []


HOSTS = """
        target_groups: {shop: {targets: ["{origin}"]}}
        routes:
          - name: inside
            priority: 1
            when: {host: [inside.test]}
            plugins: [{use: auth, with: {chain: [jwt], jwt: {secret: "%s"}}}]
            action: {forward: shop}
          - {name: public, priority: 2, when: {host: [public.test]}, action: {forward: shop}}
        default: {action: {respond: {status: 404}}}""" % tokens.SECRET


def test_P05_one_host_decides_for_rule_and_target(gate, origin):
    gate.routes(HOSTS)
    for lines, status in [
            (["GET / HTTP/1.1", "Host: public.test", "Host: inside.test"], 400),
            (["GET / HTTP/1.1", "Host: public.test, inside.test"], 400),
            (["GET / HTTP/1.1", "Host: public.test@inside.test"], 400),
            (["GET / HTTP/1.1", "Host : inside.test"], 400),
            (["GET / HTTP/1.1"], 400),
            (["GET http://inside.test/ HTTP/1.1", "Host: public.test"], 401),
            (["GET / HTTP/1.1", "Host: INSIDE.test.:8080", "X-Forwarded-Host: public.test"], 401)]:
        with gate.connect() as client:
            assert (lines, client.sends(*lines).expects_any().status) == (lines, status)
    assert origin.saw == []
    origin.answers("fine")
    gate.connect().sends("GET http://public.test/ HTTP/1.1", "Host: inside.test").expects(200)
    assert origin.request().headers("Host") == ["public.test"]


CROOKED = ["X-User-ID : boss", "X-User-ID\t: boss", " X-User-ID: boss", "X-User-ID: boss\r\n folded", "X-User-ID: a\rX-User-Role: admin",
           "X-Any: a\nX-User-ID: boss", "X-User-ID: bo\0ss", "X-User\0-ID: boss", "X-User-ID", ": boss", "X-User-ID\x0b: boss"]


@pytest.mark.parametrize("path", ["/api/x", "/public/x"])
def test_H04_a_crooked_field_is_no_field(gate, origin, path):
    gate.routes(routes())
    for field in CROOKED:
        with gate.connect() as client:
            client.sends(f"GET {path} HTTP/1.1", "Host: shop.test", bearer(hs256()), field).expects(400)
    assert origin.saw == []


def test_J35_nothing_that_is_said_tells_a_token_or_a_secret(gate, origin):
    gate.routes(routes(f', mint: {{secret: "{tokens.OTHER}"}}', f'secret: "{tokens.SECRET}", from: [bearer, cookie]'))
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(hs256())).expects(200)
    secrets = [hs256(), hs256("a secret that is not ours, and long enough"), signed('{"sub":"a"}'), origin.request().header("Authorization")[7:]]
    said = ""
    for token in secrets[:3]:
        for field in (bearer(token), f"Cookie: access_token={token}", f"Authorization: Bearer {token} {token}"):
            answer = gate.answer("/api/y", field)
            said += answer.text + str(answer.fields)
    for words in (["check", "-c", str(gate.file)], ["routes", "-c", str(gate.file)],
                  ["explain", "-c", str(gate.file), "GET", "http://shop.test/api/x", "-H", bearer(hs256())]):
        done = gate.command(*words)
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    said += gate.admin("/metrics") + json.dumps(gate.admin("/config"))
    gate.records(10)
    said += gate.access_log.read_text() + gate.stderr_text()
    for secret in (tokens.SECRET, tokens.OTHER, *secrets):
        assert secret not in said and secret.split(".")[-1] not in said

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
    "J27 JWE": ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAECAwQFBgcICQoL.AAAA.AAAAAAAAAAAAAAAAAAAAAA", "token_encrypted"),
    "H08 CR LF": (signed(json.dumps({"sub": "a\r\nX-Admin: 1", "exp": EXP})), "claim_not_representable"),
    "H08 emoji": (signed(json.dumps({"sub": "a", "email": "\U0001f600", "exp": EXP})), "claim_not_representable"),
    "H08 two roles in one": (signed(json.dumps({"sub": "a", "role": "user,admin", "exp": EXP})), "claim_not_representable"),
    "no user": (signed('{"exp":%d}' % EXP), "token_no_user"),
}


def test_J_tokens_that_are_none(gate, origin):
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


# The path alone decides, and it is canonical.
P = ["/public/..%2fapi/x", "/public/%2e%2e/api/x", "/public/../api/x", "//api/x", "/./api/x", "/%61pi/x", "/public/..;/api/x",
     "/public/..%5capi/x", "/public/..\\api/x", "/public%00/../api/x", "/public%0a/../api/x", "/public/%252e%252e/api/x",
     "/public/%c0%ae%c0%ae/api/x"]


@pytest.mark.parametrize("path", P)
def test_P01_P02_a_crooked_path_leads_to_no_protected_one(gate, origin, path):
    gate.routes(routes())
    origin.answers("fine")
    client = gate.connect().sends(f"GET {path} HTTP/1.1", "Host: shop.test", "Connection: close")
    answer = client.expects_any()
    assert answer.status in (200, 400, 401, 404)
    if answer.status == 200:  # the public rule's, and not a path that the target could take for the other
        target = origin.request().target
        assert target.startswith("/public") and ".." not in target and "%2e" not in target.lower().replace("%252e", "")
    else:
        assert origin.saw == []


def test_P03_P04_query_and_case_change_no_rule(gate, origin):
    gate.routes(routes())
    for target, status in [("/api/x?path=/public", 401), ("/api/x?/../public", 401), ("/API/x", 404), ("/api/", 401)]:
        assert (target, gate.answer(target).status) == (target, status)
    client = gate.connect().sends("GET http://shop.test/api/x HTTP/1.1", "Host: shop.test")
    assert client.expects_any().status == 401
    assert origin.saw == []


def test_M01_methods_are_what_they_are(gate, origin):
    gate.routes(routes())
    for method, status in [("HEAD", 401), ("GeT", 401), ("PROPFIND", 401), ("TRACE", 405), ("OPTIONS", 401)]:
        client = gate.connect().sends(f"{method} /api/x HTTP/1.1", "Host: shop.test", "X-HTTP-Method-Override: GET")
        assert (method, client.expects_any(bodiless=method == "HEAD").status) == (method, status)
    assert origin.saw == []

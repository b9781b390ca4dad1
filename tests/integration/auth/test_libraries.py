"""The libraries that applications use agree with the gateway, both ways; what it does not take, it says."""

import json
import pathlib
import subprocess

import jwt
import pytest
from jwcrypto import jwk
from jwcrypto import jwt as jwcrypto_jwt

import tokens
from servers import BEHIND, Server
from tokens import bearer, routes

NODE_MODULES = pathlib.Path(__file__).parents[2] / "node_modules"


def node(library, action, algorithm, key, text):
    done = subprocess.run(["node", str(BEHIND / "tokens.mjs"), library, action, algorithm, key], input=text, text=True,
                          capture_output=True, timeout=60, cwd=NODE_MODULES.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


# jsonwebtoken knows no EdDSA.
PAIRS = [("jose", a) for a in tokens.KEYS] + [("jsonwebtoken", a) for a in tokens.KEYS if a != "EdDSA"]


@pytest.mark.parametrize("library, algorithm", PAIRS)
def test_tokens_of_npm_verify(gate, origin, library, algorithm):
    key = tokens.key(algorithm)
    (gate.folder / "key.pem").write_bytes(key.export_to_pem())
    gate.routes(routes(jwt_options=f"algorithms: [{algorithm}], public_key: key.pem"))
    private = key.export_to_pem(private_key=True, password=None).decode()
    origin.answers("fine")
    token = node(library, "sign", algorithm, private, json.dumps(tokens.claims()))
    gate.connect().gets("/api/x", bearer(token)).expects(200)


@pytest.mark.parametrize("algorithm", tokens.HMAC)
def test_secrets_mean_the_same_to_all(gate, origin, algorithm):
    secret = "s" * 20 + "\u00e9 and other letters, 64 bytes and more, for each hash"
    gate.routes(routes(jwt_options=f'algorithms: [{algorithm}], secret: "{secret}"'))
    key = jwk.JWK(kty="oct", k=tokens.encoded(secret))
    of_jwcrypto = jwcrypto_jwt.JWT(header={"alg": algorithm}, claims=tokens.claims())
    of_jwcrypto.make_signed_token(key)
    for token in (node("jose", "sign", algorithm, secret, json.dumps(tokens.claims())),
                  node("jsonwebtoken", "sign", algorithm, secret, json.dumps(tokens.claims())),
                  jwt.encode(tokens.claims(), secret, algorithm), of_jwcrypto.serialize()):
        origin.answers("fine")
        gate.connect().gets("/api/x", bearer(token)).expects(200)


@pytest.mark.parametrize("algorithm", tokens.KEYS)
def test_tokens_of_jwcrypto_verify(gate, origin, algorithm):
    key = tokens.key(algorithm)
    (gate.folder / "key.pem").write_bytes(key.export_to_pem())
    gate.routes(routes(jwt_options=f"algorithms: [{algorithm}], public_key: key.pem"))
    token = jwcrypto_jwt.JWT(header={"alg": algorithm, "typ": "JWT"}, claims=tokens.claims())
    token.make_signed_token(key)
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(token.serialize())).expects(200)


@pytest.mark.parametrize("algorithm", tokens.HMAC)
def test_what_is_minted_is_read_by_all(gate, origin, algorithm):
    secret = "the secret of gateway and backend, 64 bytes and more, for all three hashes"
    gate.routes(routes(f', mint: {{secret: "{secret}", algorithm: {algorithm}}}'))
    origin.answers("fine")
    gate.connect().gets("/api/x", bearer(tokens.hs256(user_id='a"b\\c'))).expects(200)
    token = origin.request().header("Authorization").removeprefix("Bearer ")
    read = [jwt.decode(token, secret, algorithms=[algorithm]),
            json.loads(node("jose", "verify", algorithm, secret, token)),
            json.loads(node("jsonwebtoken", "verify", algorithm, secret, token)),
            json.loads(jwcrypto_jwt.JWT(jwt=token, key=jwk.JWK(kty="oct", k=tokens.encoded(secret))).claims)]
    assert all(claims == read[0] for claims in read)
    assert (read[0]["user_id"], read[0]["sub"]) == ('a"b\\c', 'a"b\\c')


@pytest.fixture
def flask(tmp_path, names):
    server = Server(tmp_path, "/usr/bin/python3", str(BEHIND / "flask_chat.py"), "{port}", tokens.OTHER)
    names["flask"] = server.address
    yield server
    server.stop()


def test_flask_takes_what_comes_through_the_gateway_and_nothing_past_it(gate, flask):
    gate.routes(routes(f', mint: {{secret: "{tokens.OTHER}"}}').replace("{origin}", "{flask}"))
    ann = {"user_id": "ann", "email": "ann@example.com", "role": "admin"}
    forged = ("X-User-ID: boss", "X-User-Email: boss@example.com", "X-User-Role: admin")
    answer = gate.answer("/api/users/me", bearer(tokens.hs256()), *forged, "X_User_ID: boss")
    assert (answer.status, answer.json()) == (200, {"token": ann, "headers": ann})
    assert gate.answer("/api/users/me", *forged).status == 401
    past = gate.connect(("127.0.0.1", flask.port))
    assert past.gets("/api/users/me", bearer(tokens.hs256()), *forged, "Connection: close").expects_any().status == 401

"""Tokens as Debian's PyJWT and jwcrypto make them, and broken ones that no library makes."""

import base64
import json
import time

import jwt
from jwcrypto import jwk

SECRET = "the secret of these tests, 40 bytes long"
OTHER = "another secret of these tests, long enough"
HMAC = ("HS256", "HS384", "HS512")
KEYS = {
    "RS256": dict(kty="RSA", size=2048), "RS384": dict(kty="RSA", size=2048), "RS512": dict(kty="RSA", size=2048),
    "PS256": dict(kty="RSA", size=2048), "PS384": dict(kty="RSA", size=2048), "PS512": dict(kty="RSA", size=2048),
    "ES256": dict(kty="EC", crv="P-256"), "ES384": dict(kty="EC", crv="P-384"), "ES512": dict(kty="EC", crv="P-521"),
    "EdDSA": dict(kty="OKP", crv="Ed25519"),
}


def claims(**more):
    now = int(time.time())
    return {"user_id": "ann", "email": "ann@example.com", "role": "admin", "iat": now - 10, "exp": now + 600} | more


def hs256(secret=SECRET, **more):
    return jwt.encode(claims(**more), secret, "HS256")


def key(algorithm, **more):
    return jwk.JWK.generate(**KEYS[algorithm], **more)


def encoded(data):
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def unsigned(header, payload=None):
    return f"{encoded(json.dumps(header))}.{encoded(json.dumps(payload or claims()))}"


def bearer(token):
    return f"Authorization: Bearer {token}"


def routes(options="", jwt_options=f'secret: "{SECRET}"', more=""):
    """A file whose /api/ asks for a token, and whose /public does not."""
    return f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        routes:
          - name: api
            priority: 1
            when: {{path: "/api/*"}}
            plugins:
              - use: auth
                with: {{chain: [jwt], jwt: {{{jwt_options}}}{options}}}
            action: {{forward: shop}}
          - {{name: public, priority: 2, when: {{path: "/public*"}}, action: {{forward: shop}}}}
        {more}
        default: {{action: {{respond: {{status: 404}}}}}}"""

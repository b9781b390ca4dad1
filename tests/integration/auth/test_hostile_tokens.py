"""Every hostile token of the corpus, on every kind of route: none is taken, and all hear the same."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives import hashes, serialization

import tokens
from hostile_tokens import EXP, Signer, corpus
from tokens import bearer, encoded

# What is no b64token, or two of them, is no credential at all (RFC 6750 2.1).
REFUSED = {401: 'Bearer realm="gatehouse", error="invalid_token"', 400: 'Bearer realm="gatehouse", error="invalid_request"'}
KINDS = {"plain": "", "optional": ", optional: true", "login": ', login: "/login"',
         "mint": f', mint: {{secret: "{tokens.OTHER}"}}'}


def routes_of(keys):
    rules = "".join(f"""
          - name: {kind}
            priority: {n + 1}
            when: {{path: /{kind}}}
            plugins: [{{use: auth, with: {{chain: [jwt], jwt: {{{keys}, from: [bearer, cookie]}}{options}}}}}]
            action: {{forward: shop}}""" for n, (kind, options) in enumerate(KINDS.items()))
    return f"""
        target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
        routes:{rules}"""


def keys_of(gate, signer):
    if signer.key is None:
        return f'algorithms: [{signer.algorithm}], secret: "{tokens.SECRET}"'
    (gate.folder / "key.pem").write_bytes(signer.key.export_to_pem())
    return f"algorithms: [{signer.algorithm}], public_key: key.pem"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256", "EdDSA"])
def test_J36_no_token_of_the_corpus_is_taken(gate, origin, algorithm):
    signer = Signer(algorithm)
    gate.routes(routes_of(keys_of(gate, signer)))
    hostile = corpus(signer)
    assert len(hostile) > 140
    kinds = list(KINDS)
    client = gate.connect()
    for number, (name, token) in enumerate(hostile.items()):
        fields = [bearer(token), f"Cookie: access_token={token}"]
        for way, field in enumerate(fields):
            answer = client.gets(f"/{kinds[(number + way) % len(kinds)]}", field).expects_any()
            assert (name, answer.status in REFUSED) == (name, True), answer.text
            assert (name, answer.header("WWW-Authenticate")) == (name, REFUSED[answer.status])
    assert origin.saw == []
    good = signer.payload('{"sub":"ann","exp":%d}' % EXP)
    for kind in kinds:
        origin.answers("fine")
        client.gets(f"/{kind}", bearer(good)).expects(200)


def cube_root(number):
    """Rounded up."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle ** 3 < number else (low, middle)
    return low


def test_J14_a_signature_made_without_the_key_whose_exponent_is_3(gate, origin):
    """Bleichenbacher 2006: a reader that does not look at what follows the hash takes it (RFC 8017 8.2.2)."""
    key = rsa.generate_private_key(public_exponent=3, key_size=2048).public_key()
    modulus = key.public_numbers().n
    (gate.folder / "key.pem").write_bytes(key.public_bytes(serialization.Encoding.PEM,
                                                           serialization.PublicFormat.SubjectPublicKeyInfo))
    gate.routes(tokens.routes(jwt_options="algorithms: [RS256], public_key: key.pem"))
    text = tokens.unsigned({"alg": "RS256", "typ": "JWT"})
    digest = hashes.Hash(hashes.SHA256())
    digest.update(text.encode())
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest.finalize()
    for pad in (8, 1, 20):
        wanted = b"\0\1" + b"\xff" * pad + b"\0" + info
        root = cube_root(int.from_bytes(wanted.ljust(256, b"\0"), "big"))
        assert pow(root, 3, modulus).to_bytes(256, "big").startswith(wanted)  # it is the forgery that it should be
        token = f"{text}.{encoded(root.to_bytes(256, 'big'))}"
        assert gate.answer("/api/x", bearer(token)).status == 401
    assert {r["reason"] for r in gate.records(3)} == {"token_bad_signature"}
    assert origin.saw == []

"""Tokens with good signatures that must not be taken, and tokens that nobody signed.

Most of them are taken by one of PyJWT, jwcrypto, jose, jsonwebtoken or HAProxy, or end it with an exception: what two
readers understand in two ways dies at the door.
"""

import base64
import json
import time

from jwt.algorithms import get_default_algorithms

import tokens

NOW = int(time.time())
EXP = NOW + 600


class Signer:
    """Signs whatever bytes with a key of one algorithm."""

    def __init__(self, algorithm):
        self.algorithm = algorithm
        self._how = get_default_algorithms()[algorithm]
        if algorithm in tokens.HMAC:
            self.key, self._private = None, self._how.prepare_key(tokens.SECRET)
        else:
            self.key = tokens.key(algorithm)
            self._private = self._how.prepare_key(self.key.export_to_pem(private_key=True, password=None))

    def signature(self, text):
        return self._how.sign(text.encode("latin-1"), self._private)

    def signed(self, header, payload):
        """Of two parts that are encoded already."""
        text = f"{header}.{payload}"
        return f"{text}.{tokens.encoded(self.signature(text))}"

    def header(self, **more):
        return tokens.encoded(json.dumps({"alg": self.algorithm, "typ": "JWT"} | more))

    def payload(self, text):
        return self.signed(self.header(), tokens.encoded(text))


def payloads():
    """name -> the payload's bytes."""
    good = '"sub":"ann","exp":%d' % EXP
    times = {"null": "null", "true": "true", "text": f'"{EXP}"', "negative": "-1", "1e400": "1e400", "NaN": "NaN",
             "Infinity": "Infinity", "2^63": str(2 ** 63), "1e308": "1e308", "array": f"[{EXP}]", "object": "{}",
             "plus": f"+{EXP}", "hex": hex(EXP), "zeros": f"00{EXP}", "dot": f"{EXP}.", "past": str(NOW - 100)}
    yield from ((f"exp {k}", '{"sub":"ann","exp":%s}' % v) for k, v in times.items())
    yield from ((f"{name} {k}", '{%s,"%s":%s}' % (good, name, v)) for name in ("nbf", "iat") for k, v in times.items()
                if k != "past")
    yield from ((f"{name} ahead", '{%s,"%s":%d}' % (good, name, EXP)) for name in ("nbf", "iat"))
    yield "exp absent", '{"sub":"ann"}'
    yield from ((f"sub {k}", '{"sub":%s,"exp":%d}' % (v, EXP)) for k, v in {
        "absent, no other": "null", "empty": '""', "number": "1", "array": '["ann"]', "CR LF": '"a\\r\\nX-Admin: 1"',
        "NUL": '"ann\\u0000"', "DEL": '"ann\\u007f"', "line separator": '"a\\u2028"', "emoji": '"\U0001f600"',
        "blank": '" ann"', "20 KB": '"%s"' % ("a" * 5000), "lone surrogate": '"\\ud800"'}.items())
    yield from ((f"twice {k}", '{%s,%s}' % (good, v)) for k, v in {
        "sub": '"sub":"bob"', "exp": '"exp":9999999999', "escaped": '"s\\u0075b":"bob"', "role": '"role":"a","role":"b"',
        "deep": '"a":{"b":1,"b":2}', "in a list": '"a":[{"b":1,"b":2}]'}.items())
    yield from ((f"purpose {k}", '{%s,"%s":"x"}' % (good, k)) for k in ("nonce", "at_hash", "c_hash", "events"))
    yield from ((f"form {k}", v) for k, v in {
        "empty": "", "array": "[{%s}]" % good, "text": '"ann"', "null": "null", "number": "1", "cut": "{" + good,
        "tail": "{%s}x" % good, "two": "{%s}{%s}" % (good, good), "comma": "{%s,}" % good, "comment": "{%s/**/}" % good,
        "quotes": "{'sub':'ann','exp':%d}" % EXP, "BOM": "\ufeff{%s}" % good, "deep": '{%s,"a":%s%s}' % (good, "[" * 2500, "]" * 2500),
        "members": '{%s,%s}' % (good, ",".join(f'"m{i}":0' for i in range(200))), "form feed": "{\f%s}" % good}.items())
    yield "form UTF-16", ("{%s}" % good).encode("utf-16")
    yield "form Latin-1", ('{%s,"name":"J\u00fcrgen"}' % good).encode("latin-1")
    yield "form overlong", b'{"sub":"ann","exp":%d,"a":"\xc0\xae"}' % EXP
    yield "form NUL behind", ("{%s}\0" % good).encode()


def headers():
    """name -> members of the header."""
    yield from ((f"header {k}", v) for k, v in {
        "crit": {"crit": ["x"]}, "crit empty": {"crit": []}, "crit exp": {"crit": ["exp"]}, "b64": {"b64": False},
        "b64 with crit": {"b64": False, "crit": ["b64"]}, "zip": {"zip": "DEF"}, "enc": {"enc": "A256GCM"},
        "cty": {"cty": "JWT"}, "typ": {"typ": "logout+jwt"}, "typ at": {"typ": "at+jwt"}, "typ number": {"typ": 1},
        "kid blank": {"kid": "a b"}, "kid number": {"kid": 1}, "kid array": {"kid": ["a"]}, "kid empty": {"kid": ""},
        "kid NUL": {"kid": "a\0"}, "kid long": {"kid": "a" * 300}, "kid 900": {"kid": "a" * 900}}.items())


def spellings(signer):
    """The same token, written otherwise: name -> token."""
    header, payload = signer.header(), tokens.encoded('{"sub":"ann", "exp":%d}' % EXP)
    good = signer.signed(header, payload)
    last = good.rsplit(".", 1)[1]
    yield "padding", good + "="
    yield "padded parts", signer.signed(header + "==", payload)
    yield "padded payload", signer.signed(header, payload + "=")
    yield "newline", signer.signed(header, payload + "%0A")
    yield "plus", good.replace("-", "+") if "-" in good else good + "+"
    yield "dot behind", good + "."
    yield "dot before", "." + good
    yield "four parts", good + "." + last
    yield "five parts", f"{good}.{last}.{last}"
    yield "no signature", good.rsplit(".", 1)[0] + "."
    yield "two parts", good.rsplit(".", 1)[0]
    yield "letter more", good + "A"
    yield "four letters more", good + "AAAA"
    yield "cut", good[:-4]
    yield "payload of another", good.replace(payload, tokens.encoded('{"sub":"bob","exp":%d}' % EXP))
    yield "JSON form", tokens.encoded(json.dumps({"payload": payload, "protected": header, "signature": last}))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if len(last) % 4:  # bits that no byte has
        yield "spare bits", good[:-1] + alphabet[alphabet.index(good[-1]) | 1]
    raw = base64.urlsafe_b64decode(last + "=" * (-len(last) % 4))
    text = good.rsplit(".", 1)[0]
    for name, changed in {"zeros": bytes(len(raw)), "ones": b"\xff" * len(raw), "shorter": raw[1:], "longer": b"\0" + raw,
                          "behind": raw + b"\0", "one bit": bytes([raw[0] ^ 1]) + raw[1:], "empty JSON": b"{}"}.items():
        yield f"signature {name}", f"{text}.{tokens.encoded(changed)}"


def forgeries(signer):
    """Nobody signed them."""
    text = tokens.encoded('{"sub":"ann","exp":%d}' % EXP)
    for alg in ("none", "None", "nOnE", "NONE", "", " ", "HS1", "RS1", "ES256K", "HS256/64", signer.algorithm.lower(),
                signer.algorithm + " ", "PBES2-HS256+A128KW", "RSA-OAEP", "dir"):
        head = tokens.encoded(json.dumps({"alg": alg, "typ": "JWT"}))
        yield f"alg {alg!r}", f"{head}.{text}."
        yield f"alg {alg!r}, signed", signer.signed(head, text)
    for name, head in {"no alg": "{}", "alg null": '{"alg":null}', "alg list": '{"alg":["%s"]}' % signer.algorithm,
                       "alg twice": '{"alg":"none","alg":"%s"}' % signer.algorithm, "not JSON": "alg"}.items():
        yield name, signer.signed(tokens.encoded(head), text)


def corpus(signer):
    """name -> token, each of which is to be refused."""
    out = {name: signer.payload(text) for name, text in payloads()}
    out |= {name: signer.signed(signer.header(**more), tokens.encoded('{"sub":"ann","exp":%d}' % EXP))
            for name, more in headers()}
    out |= dict(spellings(signer))
    out |= dict(forgeries(signer))
    return out

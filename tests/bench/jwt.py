"""Claim: HS256 and identity headers add at most 0.35 of what HAProxy adds, every token new; 0.25 with tokens seen before.

What each adds to a bare relay.  A token lasts longer than a round; there are more of them than any cache holds, or few.
"""

import base64
import hashlib
import hmac
import itertools
import json
import re
import sys

from harness.claim import Claim, table
from harness.compare import added, compare, gatehouse, ratio
from harness.load import Wrk
from harness.peers import HAPROXY, Haproxy, Relay

SECRET = "kT9vQ2mXz7LrB4nWc8YdHs3FgJ6pEa5U"
FEW = 500
RULE = ('{name: api, priority: 1, when: {path: "/api/*"}, plugins: [{use: auth, with: {chain: [jwt], '
        'jwt: {algorithms: [HS256], secret: "%s"}}}], action: {forward: origin}}' % SECRET)
STEPS = """  http-request set-var(txn.bearer) http_auth_bearer
  http-request deny deny_status 401 unless {{ var(txn.bearer) -m found }}
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(txn.alg,"%s") 1 }}
  http-request set-header X-User-ID %%[var(txn.bearer),jwt_payload_query('$.sub')]
  http-request set-header X-User-Role %%[var(txn.bearer),jwt_payload_query('$.role')]
""" % SECRET


class VerifyingHaproxy(Haproxy):
    text = HAPROXY.replace("  default_backend", STEPS + "  default_backend")


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(number):
    claims = {"sub": f"user{number}", "email": "a@b.c", "role": "admin", "iat": 1700000000, "exp": 4102444800}
    text = encoded(b'{"alg":"HS256","typ":"JWT"}') + b"." + encoded(json.dumps(claims).encode())
    return (text + b"." + encoded(hmac.new(SECRET.encode(), text, hashlib.sha256).digest())).decode()


class Bearers(Wrk):
    """The usual requests, each with the next of these tokens."""

    def __init__(self, folder, tokens):
        super().__init__(folder)
        following = itertools.cycle(tokens)
        end = r'\r\n\r\n"'
        self._script.write_text(re.sub(re.escape(end), lambda _: rf"\r\nAuthorization: Bearer {next(following)}{end}",
                                       self._script.read_text()))


def main():
    claim = Claim(__doc__)
    contenders = {"relay": Relay, "haproxy": VerifyingHaproxy, "gatehouse": gatehouse([RULE])}
    for count, most, what in [(20000, 0.35, "every token new"), (FEW, 0.25, "tokens seen before")]:
        tokens = [token(number) for number in range(count)]
        rounds = compare(contenders, lambda folder: Bearers(folder, tokens), claim.options)
        print(f"  {what}")
        table(rounds, added)
        share, shares = ratio(added(rounds, "gatehouse"), added(rounds, "haproxy"))
        claim.holds(f"share of haproxy, {what}", share, most, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

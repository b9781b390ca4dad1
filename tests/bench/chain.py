"""Claim: the whole chain adds at most 1.00 of what the cheapest peer adds that only proxies; without the policy 0.70.

A rule out of 200, CORS, an HS256 token that is new each time, identity headers, a rate limit and a Lua policy; the peers do
nothing of that.
"""

import statistics
import sys

from harness.claim import Claim, table
from harness.compare import PROXIES, added, compare, gatehouse, ratio
from harness.load import Request, Wrk
from jwt import SECRET, token

RULES = 200
PLUGINS = """plugins:
  browser: {use: cors, with: {origins: ["https://chat.example.com"], credentials: true}}
  user: {use: auth, with: {chain: [jwt], jwt: {algorithms: [HS256], secret: "%s"}}}
  limit: {use: rate_limit, with: {key: "header:X-Api-Key", rate: 1000/s, burst: 100000}}
""" % SECRET
PEERS = ("nginx", "haproxy", "h2o")


def chain(more=""):
    rules = [f'{{name: svc{n}, priority: {n + 1}, when: {{path: "/svc{n}/*"}}, plugins: [browser, user, limit], {more}'
             f"action: {{forward: origin}}}}" for n in range(RULES)]
    return gatehouse(rules, PLUGINS, policies=True)


def of_a_user(number):
    return Request(f"/svc{number * 79 % RULES}/v1/items/{number}", fields=(
        f"Authorization: Bearer {token(number)}", "Origin: https://chat.example.com", f"X-Api-Key: alice{number}:admin"))


def main():
    claim = Claim(__doc__)
    contenders = {**{name: PROXIES[name] for name in ("relay", *PEERS)},
                  "chain": chain(), "chain and policy": chain("policy: policies/api_key.lua, ")}
    rounds = compare(contenders, lambda folder: Wrk(folder, of_a_user), claim.options)
    table(rounds, added)
    peer = min(PEERS, key=lambda name: statistics.median(added(rounds, name)))
    for name, most in (("chain", 0.70), ("chain and policy", 1.00)):
        share, shares = ratio(added(rounds, name), added(rounds, peer))
        claim.holds(f"{name}, share of {peer}", share, most, shares)
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

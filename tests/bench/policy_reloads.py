"""Claim: 10,000 reloads with a changing policy drop no request, and memory ends at most 2 MiB above what the first 1,000 left."""

import sys

from harness.claim import Claim
from harness.reloads import growth_mib

RULES = ['{name: api, priority: 1, when: {path: "/api/*"}, policy: policies/p.lua, action: {forward: origin}}']


def policy(gateway, generation):
    """Another one each time, which keeps something."""
    (gateway.folder / "policies/p.lua").write_text(
        f"local kept = {{}} for i = 1, 100 do kept[i] = 'g{generation}' .. i end\n"
        "return { request = function(x) if #kept ~= 100 then x:deny() end "
        f"x.upstream.headers['X-Generation'] = {generation} end }}")


def main():
    claim = Claim(__doc__)
    claim.holds("growth", growth_mib(RULES, policy), 2, unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())

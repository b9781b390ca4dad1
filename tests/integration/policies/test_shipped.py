"""The policies that ship, each as its first line says."""

import hashlib
import shutil

from gateway import ROOT

ROUTES = """
    target_groups: {shop: {targets: ["{origin}"]}}
    plugins: {people: {use: api_key, with: {keys: keys}}}
    routes:
      - name: r
        priority: 1
        plugins: [people]
        policy: {script: policies/require_role.lua, with: {roles: [admin, user]}}
        action: {forward: shop}"""


KEYS = "".join(f"{role} {hashlib.sha256(f'of-a-{role}'.encode()).hexdigest()} {role}\n" for role in ("user", "guest"))


def ship(gate, name):
    (gate.folder / "policies").mkdir()
    shutil.copy(ROOT / "policies" / f"{name}.lua", gate.folder / "policies")


def test_require_role_lets_through_who_has_one_of_the_roles(gate, origin):
    ship(gate, "require_role")
    (gate.folder / "keys").write_text(KEYS)
    gate.routes(ROUTES)
    origin.answers("welcome")
    assert gate.answer("/", "X-API-Key: of-a-user").body == b"welcome"
    refused = gate.answer("/", "X-API-Key: of-a-guest")
    assert (refused.status, refused.body) == (403, b"needs one of the roles admin, user\n")

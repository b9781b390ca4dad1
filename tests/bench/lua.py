"""Claim: a Lua policy before proxied 1 KiB answers adds at most 0.50 of what the same policy adds in the cheapest peer with Lua.

The policy of the contract, api_key.lua: a key decides, two fields tell the target who it was.
"""

import sys

from harness.compare import gatehouse, share_of_cheapest
from harness.load import Request, Wrk
from harness.peers import HAPROXY, NGINX, Haproxy, Nginx, Relay

IN_NGINX = """
local key = ngx.var.http_x_api_key
if not key then return ngx.exit(401) end
local user, role = string.match(key, "^(%w+):(%w+)$")
if role ~= "admin" and role ~= "user" then return ngx.exit(403) end
if string.sub(ngx.var.uri, 1, 6) == "/admin" and role ~= "admin" then return ngx.exit(403) end
ngx.req.set_header("X-User-ID", user)
ngx.req.set_header("X-User-Role", role)
"""
IN_HAPROXY = """
core.register_action("policy", {"http-req"}, function(txn)
  local key = txn.sf:req_hdr("x-api-key")
  if key == "" then txn:done(txn:reply{status = 401}) end
  local user, role = string.match(key, "^(%w+):(%w+)$")
  if role ~= "admin" and role ~= "user" then txn:done(txn:reply{status = 403}) end
  if string.sub(txn.sf:path(), 1, 6) == "/admin" and role ~= "admin" then txn:done(txn:reply{status = 403}) end
  txn.http:req_set_header("X-User-ID", user)
  txn.http:req_set_header("X-User-Role", role)
end)
"""
MODULES = "".join(f"load_module /usr/lib/nginx/modules/{name}_module.so;\n" for name in ("ndk_http", "ngx_http_lua"))


class NginxWithLua(Nginx):
    text = MODULES + NGINX.replace("      proxy_pass", "      access_by_lua_file {folder}/policy.lua;\n      proxy_pass")

    def __init__(self, folder, origin_port, core):
        (folder / "policy.lua").write_text(IN_NGINX)
        super().__init__(folder, origin_port, core)


class HaproxyWithLua(Haproxy):
    text = HAPROXY.replace("  maxpipes", "  lua-load {folder}/policy.lua\n  maxpipes").replace(
        "  default_backend", "  http-request lua.policy\n  default_backend")

    def __init__(self, folder, origin_port, core):
        (folder / "policy.lua").write_text(IN_HAPROXY)
        super().__init__(folder, origin_port, core)


POLICY = gatehouse(['{name: api, priority: 1, when: {path: "/api/*"}, policy: policies/api_key.lua, action: {forward: origin}}'],
                   policies=True)


def with_key(number):
    return Request(f"/api/users/{number}", fields=(f"X-Api-Key: alice{number}:admin",))


def main():
    contenders = {"relay": Relay, "nginx": NginxWithLua, "haproxy": HaproxyWithLua, "gatehouse": POLICY}
    return share_of_cheapest(__doc__, contenders, lambda folder: Wrk(folder, with_key), 0.50)


if __name__ == "__main__":
    sys.exit(main())

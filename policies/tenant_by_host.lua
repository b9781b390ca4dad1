-- policies/tenant_by_host.lua: tells the target whose host it is: "acme" of acme.chat.example.com.
-- Whoever the client is, it is let in where its own tenant is that one.
return {
  with = {
    domain = gate.string "domain under which tenants have their hosts: chat.example.com",
    header = gate.string("header that names the tenant", "X-Tenant"),
    claim  = gate.optional(gate.string "claim that must name the same tenant, if the client is signed in"),
  },

  request = function(x, with)
    local host, domain = x.request.host:lower():gsub(":%d+$", ""), "." .. with.domain:lower()
    local tenant = host:sub(1, -#domain - 1)
    if host:sub(-#domain) ~= domain or not tenant:find("^[a-z0-9][a-z0-9-]*$") then x:deny(404, "no such tenant") end
    local own = with.claim and x.identity and x.identity.claims[with.claim]
    if with.claim and x.identity and own ~= tenant then x:deny(403, "you belong to another tenant") end
    x.upstream.headers[with.header] = tenant
  end,
}

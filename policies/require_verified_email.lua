-- policies/require_verified_email.lua: lets through who has a verified e-mail, perhaps of some domains only.
return {
  with = {
    domains = gate.list(gate.string, "domains of addresses that may pass; none named: every one", {}),
    reads   = gate.boolean("whether GET and HEAD pass without", false),
  },

  request = function(x, with)
    local who = x.identity or x:deny(401, "not signed in")
    local method = x.request.method
    if with.reads and (method == "GET" or method == "HEAD") then return end
    if who.claims.email_verified ~= true or not who.email then x:deny(403, "verify your e-mail first") end
    if #with.domains == 0 then return end
    local domain = who.email:lower():match("@([^@]+)$")
    for _, allowed in ipairs(with.domains) do
      if domain == allowed:lower() then return end
    end
    x:deny(403, "your e-mail's domain may not pass")
  end,
}

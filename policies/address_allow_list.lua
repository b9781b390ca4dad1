-- policies/address_allow_list.lua: lets in the named addresses, for all methods or only for those that change something.
-- The address is the client's behind `trusted_proxies`.
local reads = { GET = true, HEAD = true, OPTIONS = true }

return {
  with = {
    allow       = gate.list(gate.string, "addresses and blocks: 192.0.2.7, 2001:db8::/32"),
    reads_pass  = gate.boolean("whether everybody may read", false),
  },

  request = function(x, with)
    if with.reads_pass and reads[x.request.method] then return end
    if not gate.ip.within(x.request.ip, with.allow) then x:deny(403, "not from your address") end
  end,
}

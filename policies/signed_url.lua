-- policies/signed_url.lua: lets through URLs that were signed for a time: ?…&expires=SECONDS&signature=HEX
-- signature = HMAC-SHA256(secret, METHOD "\n" PATH "\n" expires), in hexadecimal; `expires` is in seconds since 1970.
return {
  with = { secret = gate.secret "what signatures are made with" },

  request = function(x, with)
    local expires, signature = x.request.query.expires, x.request.query.signature
    if not expires or not signature then x:deny(403, "this link needs a signature") end
    if not expires:find("^%d+$") or #expires > 12 then x:deny(403, "this link's signature is not valid") end
    local method = x.request.method == "HEAD" and "GET" or x.request.method
    local right = gate.hex(gate.hmac.sha256(with.secret, method .. "\n" .. x.request.path .. "\n" .. expires))
    if not gate.equal(right, signature:lower()) then x:deny(403, "this link's signature is not valid") end
    if tonumber(expires) <= gate.now() then x:deny(410, "this link has expired") end
  end,
}

-- policies/api_key_redis.lua: API keys that Redis knows by their SHA-256: hash "apikey:DIGEST" with user, roles, disabled.
-- HSET apikey:$(printf %s KEY | sha256sum | cut -c1-64) user u1 roles user,admin
return {
  with = {
    header = gate.string("header that has the key", "X-API-Key"),
    prefix = gate.string("what the names of Redis's keys begin with", "apikey:"),
  },

  request = function(x, with)
    local key = x.request.headers[with.header] or x:deny(401, "no API key")
    local known, why = gate.redis.hmget(with.prefix .. gate.hex(gate.hash.sha256(key)), "user", "roles", "disabled")
    if not known then
      gate.log.error("API keys cannot be looked up", { reason = why })
      x:deny(503, "API keys cannot be looked up now")
    end
    local user, roles, disabled = known[1], known[2], known[3]
    if not user or disabled then x:deny(401, "unknown API key") end
    local set = {}
    for role in (roles or ""):gmatch("[^,%s]+") do set[role] = true end
    x.identity = { id = user, roles = set, method = "api_key" }
    x.upstream.headers["X-User-ID"] = user
    x.upstream.headers["X-User-Role"] = roles or nil
    x.upstream.headers[with.header] = nil
  end,
}

-- policies/external_decision.lua: a service decides, as Open Policy Agent does: POST {"input": …} → {"result": true | {"allow": …}}
-- Anything else than a clear yes is a no; a service that does not answer is 503.
return {
  with = {
    service = gate.group "target group that decides",
    path    = gate.string("where it is asked", "/v1/data/gateway/allow"),
    timeout = gate.duration("how long it may take", 0.5),
  },

  request = function(x, with)
    local who, roles = x.identity, gate.json.list {}
    for role in pairs(who and who.roles or {}) do roles[#roles + 1] = role end
    table.sort(roles)
    local answer, why = gate.fetch(with.service, {
      path = with.path,
      timeout = with.timeout,
      json = { input = {
        method = x.request.method, path = x.request.path, host = x.request.host, ip = x.request.ip, rule = x.rule.name,
        user = who and { id = who.id, email = who.email, roles = roles } or nil,
      } },
    })
    if not answer or answer.status ~= 200 then
      gate.log.error("no decision", { service = with.service, reason = why or answer.status })
      x:deny(503, "nobody can decide about this now")
    end
    local said = answer:json()
    local result = type(said) == "table" and said.result
    local allowed = result == true or (type(result) == "table" and result.allow == true)
    if allowed then return end
    local reason = type(result) == "table" and type(result.reason) == "string" and result.reason or "not allowed"
    x:deny(who and 403 or 401, reason)
  end,
}

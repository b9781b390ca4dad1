-- policies/maintenance_window.lua: says "back soon" between two moments, but to those who do the work.
return {
  with = {
    from    = gate.string "when it begins, UTC: 2026-11-27T02:00:00Z",
    to      = gate.string "when it ends, likewise",
    allow   = gate.list(gate.string, "addresses and blocks that are let in meanwhile", {}),
    message = gate.string("what the others read", "Back soon."),
  },

  request = function(x, with)
    local now = gate.time "%Y-%m-%dT%H:%M:%SZ"       -- texts of one form are in the order of their times
    if now < with.from or now >= with.to then return end
    if #with.allow > 0 and gate.ip.within(x.request.ip, with.allow) then return end
    x:respond { status = 503, headers = { ["Retry-After"] = 300, ["Cache-Control"] = "no-store" },
                body = with.message .. "\n" }
  end,
}

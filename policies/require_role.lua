-- policies/require_role.lua: lets through who has one of the roles.
return {
  with = { roles = gate.list(gate.string, "roles that may pass") },

  request = function(x, with)
    local who = x.identity or x:deny(401, "not signed in")
    for _, role in ipairs(with.roles) do
      if who.roles[role] then return end
    end
    x:deny(403, "needs one of the roles " .. table.concat(with.roles, ", "))
  end,
}

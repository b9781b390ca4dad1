-- policies/canary_by_user.lua: some users try the new version first; a user stays with what it got.
-- Who is not signed in goes where the route says.
return {
  with = {
    group   = gate.group "target group of the new version",
    percent = gate.integer("of all users, 0 to 100", 0),
    users   = gate.list(gate.string, "ids of users who always get it", {}),
  },

  request = function(x, with)
    local who = x.identity
    if not who then return end
    for _, id in ipairs(with.users) do
      if id == who.id then x:forward(with.group) end
    end
    -- Of the group's name and the user's: another canary has other users.
    local digest = gate.hash.sha256(with.group .. "\0" .. who.id)
    local share = (digest:byte(1) * 256 + digest:byte(2)) % 10000
    if share < with.percent * 100 then x:forward(with.group) end
  end,
}

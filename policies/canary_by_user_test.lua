test.policy { with = { group = "next", percent = 25, users = { "ann" } }, groups = { "next" } }

local function group_of(t, id)
  return t:request { url = "/orders", identity = id and { id = id } }.upstream.group
end

test("who is named gets the new version", function(t)
  t:equals(group_of(t, "ann"), "next")
end)

test("who is not signed in does not", function(t)
  t:equals(group_of(t, nil), "origin")
end)

test("of the others a quarter does, always the same", function(t)
  local count = 0
  for i = 1, 400 do
    local group = group_of(t, "user" .. i)
    t:equals(group_of(t, "user" .. i), group)
    if group == "next" then count = count + 1 end
  end
  t:equals(count > 70 and count < 130, true)
end)

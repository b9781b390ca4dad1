-- policies/require_role_test.lua: who passes, and what the others are told.
test.policy { with = { roles = { "user", "admin" } } }

test("who has one of the roles passes", function(t)
  t:request { url = "/orders", identity = { id = "u1", roles = { "user" } } }
    :expects { verdict = "pass", status = 200, upstream = { group = "origin", path = "/orders" } }
end)

test("who has none of them is refused, and told which they are", function(t)
  t:request { identity = { id = "u2", roles = { "guest" } } }
    :expects { verdict = "denied", status = 403, upstream = false,
               body = "needs one of the roles user, admin\n" }
end)

test("who is not signed in has no role", function(t)
  t:request {}:expects { verdict = "not_authenticated", status = 401 }
end)

test.policy { with = { service = "opa" } }
local ann = { id = "ann", email = "ann@example.com", roles = { "user", "admin" } }

test("the service hears who asks for what, and its yes lets the request through", function(t)
  t:answers("opa", { json = { result = true } })
  t:request { method = "DELETE", url = "http://chat.example.com/api/x", ip = "192.0.2.9", identity = ann }:expects {
    verdict = "pass",
    fetched = { { group = "opa", method = "POST", path = "/v1/data/gateway/allow", json = { input = {
      method = "DELETE", path = "/api/x", host = "chat.example.com", ip = "192.0.2.9",
      user = { id = "ann", email = "ann@example.com", roles = { "admin", "user" } },
    } } } },
  }
end)

test("who has no roles has an empty list of them", function(t)
  t:answers("opa", { json = { result = true } })
  local fetched = t:request { identity = { id = "bob" } }.fetched[1]
  t:equals(gate.json.encode(gate.json.decode(fetched.body).input.user.roles), "[]")
end)

test("an object may say why not", function(t)
  t:answers("opa", { json = { result = { allow = false, reason = "office hours are over" } } })
  t:request { identity = ann }:expects { status = 403, body = "office hours are over\n", upstream = false }
  t:request {}:expects { status = 401 }
end)

test("what is no clear yes is a no", function(t)
  for _, answer in ipairs { {}, { result = "true" }, { result = 1 }, { result = { allow = "yes" } } } do
    t:answers("opa", { json = answer })
    t:request { identity = ann }:expects { status = 403 }
  end
  t:answers("opa", { body = "true" })
  t:request { identity = ann }:expects { status = 403 }
end)

test("a service that is away, late or broken closes the door", function(t)
  t:answers("opa", { fails = "silent" })
  t:request { identity = ann }:expects { status = 503, upstream = false }
  t:answers("opa", { status = 500, json = { result = true } })
  t:request { identity = ann }:expects { status = 503 }
end)

local secret = "q8Zr1vX0c5Kp2Wm7Ty4Bn9Lh6Gd3Fs8J"
test.policy { with = { secret = secret } }

local function ticket_of(t, id)
  local got = t:request { method = "POST", url = "/api/chat/ticket", identity = { id = id } }
    :expects { status = 200, upstream = false, headers = { ["Cache-Control"] = "no-store" }, json = { expires_in = 30 } }
  return got.json.ticket
end

local function claims_of(ticket)
  return gate.jwt.verify(ticket, { algorithms = { "HS256" }, secret = secret, audience = "websocket", leeway = 0 })
end

test("a ticket names its user, for half a minute", function(t)
  local ticket = ticket_of(t, "ann")
  t:equals(claims_of(ticket).sub, "ann")
  gate.sleep "31s"
  t:equals(claims_of(ticket), nil)
end)

test("no two are the same", function(t)
  t:equals(claims_of(ticket_of(t, "ann")).jti == claims_of(ticket_of(t, "ann")).jti, false)
end)

test("who is not signed in gets none, and a link fetches none", function(t)
  t:request { method = "POST" }:expects { status = 401, upstream = false }
  t:request { identity = { id = "ann" } }:expects { status = 405, headers = { Allow = "POST" } }
end)

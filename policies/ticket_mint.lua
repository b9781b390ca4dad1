-- policies/ticket_mint.lua: POST gives who is signed in a ticket that opens one WebSocket: {"ticket": …, "expires_in": 30}
-- A page cannot put a header on a WebSocket; it puts the ticket into the URL.  The policy of the socket's route verifies it with
-- the same secret, and lets each `jti` in once.  A secret of its own: a ticket is no token for anything else.
return {
  with = {
    secret   = gate.secret "what tickets are signed with, 32 bytes or more",
    audience = gate.string("what they are for", "websocket"),
    lifetime = gate.duration("how long they last", 30),
  },

  request = function(x, with)
    local who = x.identity or x:deny(401, "not signed in")
    if x.request.method ~= "POST" then x:respond { status = 405, headers = { Allow = "POST" } } end
    local claims = { sub = who.id, aud = with.audience, jti = gate.uuid() }
    local ticket = gate.jwt.mint(claims, { algorithm = "HS256", secret = with.secret, lifetime = with.lifetime })
    x:respond { status = 200, headers = { ["Cache-Control"] = "no-store" },
                json = { ticket = ticket, expires_in = with.lifetime } }
  end,
}

-- policies/protect_sign_in.lua: slows guessing of passwords: counts attempts by address and by account until one succeeds.
-- Stands on the route of the sign-in.  An answer below 400 is a success, 5xx no attempt.  The target is told the account's
-- digest as X-Sign-In-Account, by which the answer is counted.
local header = "X-Sign-In-Account"

local function of_address(x) return "sign-in:address:" .. x.request.ip end
local function of_account(digest) return "sign-in:account:" .. digest end

-- One more attempt; answers if there were too many within the window, which begins with the first.
local function count(x, key, most, window)
  if (gate.shared.incr(key, 1, window) or 0) <= most then return end
  x:respond { status = 429, headers = { ["Retry-After"] = math.ceil(window) },
              json = { error = "too many attempts, try again later" } }
end

return {
  with = {
    field       = gate.string("field of the JSON body that names the account", "email"),
    per_account = gate.integer("attempts on one account within `window`", 5),
    per_address = gate.integer("attempts from one address within `window`", 20),
    window      = gate.duration("how long attempts count", 900),
  },

  request = function(x, with)
    x.upstream.headers[header] = nil
    count(x, of_address(x), with.per_address, with.window)
    local body = x.request:json()
    local account = type(body) == "table" and body[with.field]
    if type(account) ~= "string" then return end
    local digest = gate.hex(gate.hash.sha256(account:lower()))
    x.upstream.headers[header] = digest
    count(x, of_account(digest), with.per_account, with.window)
  end,

  response = function(x)
    local status, digest = x.response.status, x.upstream.headers[header]
    if status >= 400 and status < 500 then return end
    gate.shared.incr(of_address(x), -1)
    if not digest then return end
    if status < 400 then gate.shared.delete(of_account(digest)) else gate.shared.incr(of_account(digest), -1) end
  end,
}

-- policies/protect_sign_in.lua: slows guessing of passwords: counts attempts by address and by account until one succeeds.
-- Stands on the route of the sign-in.  An answer below 400 is a success, 5xx no attempt.  Without room to count, nobody tries.  The target is told the account's
-- digest as X-Sign-In-Account, by which the answer is counted.
local header = "X-Sign-In-Account"

local function of_address(x) return "sign-in:address:" .. x.request.ip end
local function of_account(digest) return "sign-in:account:" .. digest end

-- One more attempt; answers if there were too many within the window, which begins with the first.
local function count(x, key, most, window)
  local attempts, why = gate.shared.incr(key, 1, window)
  if not attempts then
    gate.log.error("attempts cannot be counted", { reason = why })
    x:deny(503, "try again later")
  end
  if attempts <= most then return end
  x:respond { status = 429, headers = { ["Retry-After"] = math.ceil(window) },
              json = { error = "too many attempts, try again later" } }
end

-- One less, unless its window has ended since.
local function uncount(key)
  if gate.shared.get(key) then gate.shared.incr(key, -1) end
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
    uncount(of_address(x))
    if not digest then return end
    if status < 400 then gate.shared.delete(of_account(digest)) else uncount(of_account(digest)) end
  end,
}

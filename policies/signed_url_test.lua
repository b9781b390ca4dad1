local secret = "Vq3mX8sKd0Lw7Tz5Rb2Nc9Hy6Jf4Pg1E"
test.policy { with = { secret = secret } }

local function signed(method, path, expires)
  local text = method .. "\n" .. path .. "\n" .. expires
  return path .. "?expires=" .. expires .. "&signature=" .. gate.hex(gate.hmac.sha256(secret, text))
end

test("a link works until it expires", function(t)
  t:clock "2026-11-27T09:00:00Z"
  local url = signed("GET", "/files/7.pdf", math.floor(gate.now()) + 60)
  t:request { url = url }:expects { verdict = "pass" }
  t:request { method = "HEAD", url = url }:expects { verdict = "pass" }
  gate.sleep "61s"
  t:request { url = url }:expects { status = 410, upstream = false }
end)

test("a link is good for its path, method and time only", function(t)
  local expires = math.floor(gate.now()) + 60
  local url = signed("GET", "/files/7.pdf", expires)
  for _, forged in ipairs {
    url:gsub("7.pdf", "8.pdf"), url:gsub("expires=%d+", "expires=" .. expires + 1),
    url:gsub("signature=.", "signature=x"), "/files/7.pdf", "/files/7.pdf?expires=" .. expires,
    url:gsub("expires=%d+", "expires=1e9"),
  } do
    if type(forged) == "string" then t:request { url = forged }:expects { status = 403, upstream = false } end
  end
  t:request { method = "DELETE", url = url }:expects { status = 403 }
end)

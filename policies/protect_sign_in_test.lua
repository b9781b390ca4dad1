test.policy { with = { per_account = 3, per_address = 5, window = "10min" } }

local function try(t, account, ip)
  return t:request { url = "/api/auth/login", json = { email = account, password = "x" }, ip = ip }
end

test("after three refusals the account is closed, wherever they come from", function(t)
  t:answers("origin", { status = 401 })
  for i = 1, 3 do try(t, "ann@example.com", "192.0.2." .. i):expects { status = 401 } end
  try(t, "ANN@example.com", "192.0.2.9"):expects { status = 429, headers = { ["Retry-After"] = 600 }, upstream = false }
  try(t, "bob@example.com", "192.0.2.9"):expects { status = 401 }
end)

test("the window ends", function(t)
  t:answers("origin", { status = 401 })
  for _ = 1, 4 do try(t, "ann@example.com") end
  gate.sleep("10min")
  try(t, "ann@example.com"):expects { status = 401 }
end)

test("an address that tries many accounts is closed", function(t)
  t:answers("origin", { status = 401 })
  for i = 1, 5 do try(t, "user" .. i, "192.0.2.1"):expects { status = 401 } end
  try(t, "another", "192.0.2.1"):expects { status = 429 }
  try(t, "another", "192.0.2.2"):expects { status = 401 }
end)

test("who gets it right begins anew", function(t)
  t:answers("origin", { status = 401 })
  for _ = 1, 2 do try(t, "ann@example.com") end
  t:answers("origin", { status = 200 })
  try(t, "ann@example.com"):expects { status = 200 }
  t:answers("origin", { status = 401 })
  for _ = 1, 2 do try(t, "ann@example.com"):expects { status = 401 } end
end)

test("a target that fails has tried nobody", function(t)
  t:answers("origin", { status = 502 })
  for _ = 1, 6 do try(t, "ann@example.com"):expects { status = 502 } end
end)

test("nobody else can say which account it was", function(t)
  t:answers("origin", { status = 200 })
  t:request { body = "{}", headers = { ["X-Sign-In-Account"] = "of another" } }
    :expects { upstream = { headers = { ["X-Sign-In-Account"] = false } } }
end)

test("a body that is no JSON counts for its address", function(t)
  t:answers("origin", { status = 400 })
  for _ = 1, 5 do t:request { body = "{" }:expects { status = 400 } end
  t:request { body = "{" }:expects { status = 429 }
end)

test("without room to count attempts nobody tries", function(t)
  for _, size in ipairs { 200000, 20000, 2000, 200, 1 } do
    local filling = ("x"):rep(size)
    for i = 1, 2000 do gate.shared.set(size .. ":" .. i, filling) end
  end
  try(t, "ann@example.com"):expects { status = 503, upstream = false }
end)

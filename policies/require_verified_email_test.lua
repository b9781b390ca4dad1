local function user(email, verified)
  return { id = "u1", email = email, claims = { email_verified = verified } }
end

test.policy { with = { domains = { "Example.com" }, reads = true } }

test("a verified address of the domain passes", function(t)
  t:request { method = "POST", identity = user("ann@example.COM", true) }:expects { verdict = "pass" }
end)

test("an address of another domain is refused, also one that only ends like it", function(t)
  for _, email in ipairs { "ann@example.org", "ann@notexample.com", "ann@example.com@example.org" } do
    t:request { method = "POST", identity = user(email, true) }:expects { status = 403 }
  end
end)

test("what is not verified, or says so in another way than true, is refused", function(t)
  t:request { method = "POST", identity = user("ann@example.com", false) }:expects { status = 403 }
  t:request { method = "POST", identity = user("ann@example.com", "true") }:expects { status = 403 }
  t:request { method = "POST", identity = user(nil, true) }:expects { status = 403 }
end)

test("reads pass without, but not without a user", function(t)
  t:request { identity = user("ann@example.com", false) }:expects { verdict = "pass" }
  t:request {}:expects { status = 401 }
end)

test.policy {}

test("without domains every verified address passes, and reads need one too", function(t)
  t:request { identity = user("ann@example.org", true) }:expects { verdict = "pass" }
  t:request { identity = user("ann@example.org", false) }:expects { status = 403, body = "verify your e-mail first\n" }
end)

test.policy { with = { allow = { "192.0.2.7", "10.0.0.0/8", "2001:db8::/32" } } }

test("the named addresses are let in, and nobody else", function(t)
  for _, ip in ipairs { "192.0.2.7", "10.255.0.1", "2001:db8:1::5" } do
    t:request { ip = ip }:expects { verdict = "pass" }
  end
  for _, ip in ipairs { "192.0.2.8", "11.0.0.1", "2001:db9::1" } do
    t:request { ip = ip }:expects { status = 403, body = "not from your address\n", upstream = false }
  end
end)

test("what a client says about its address does not count", function(t)
  t:request { ip = "198.51.100.1", headers = { ["X-Forwarded-For"] = "192.0.2.7" } }:expects { status = 403 }
end)

test.policy { with = { allow = { "192.0.2.7" }, reads_pass = true } }

test("everybody may read, if it is said so", function(t)
  t:request { ip = "198.51.100.1" }:expects { verdict = "pass" }
  t:request { ip = "198.51.100.1", method = "POST" }:expects { status = 403 }
end)

test.policy { with = { domain = "chat.example.com", claim = "tenant" } }

test("the target is told the tenant, and nobody else can say it", function(t)
  t:request { url = "http://Acme.chat.example.com:8080/x", headers = { ["X-Tenant"] = "other" } }
    :expects { verdict = "pass", upstream = { headers = { ["X-Tenant"] = "acme" } } }
end)

test("other hosts are nobody's", function(t)
  for _, host in ipairs { "chat.example.com", "acme.example.com", "acmechat.example.com", "a.b.chat.example.com",
                          "acme.chat.example.com.evil.test", "-a.chat.example.com" } do
    t:request { url = "http://" .. host .. "/" }:expects { status = 404, upstream = false }
  end
end)

test("a user of another tenant stays out", function(t)
  local ann = { id = "ann", claims = { tenant = "acme" } }
  t:request { url = "http://acme.chat.example.com/", identity = ann }:expects { verdict = "pass" }
  t:request { url = "http://shop.chat.example.com/", identity = ann }:expects { status = 403 }
  t:request { url = "http://acme.chat.example.com/", identity = { id = "bob" } }:expects { status = 403 }
end)

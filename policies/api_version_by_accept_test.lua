test.policy { with = { vendor = "vnd.example", versions = { "v1", "v2" }, default = "v1" } }

test("the version that a client accepts stands in the target's path", function(t)
  t:request { url = "/api/users/7?full=1", headers = { Accept = "application/vnd.example.v2+json" } }:expects {
    verdict = "pass",
    upstream = { path = "/api/v2/users/7?full=1", headers = { ["X-API-Version"] = "v2" } },
    headers = { Vary = "Accept" },
  }
end)

test("the answer says so beside what else it depends on", function(t)
  t:answers("origin", { headers = { Vary = "Origin" } })
  t:request { url = "/api/users" }:expects { headers = { Vary = "Origin, Accept" } }
end)

test("who names none gets the old one", function(t)
  t:request { url = "/api/users", headers = { Accept = "application/json" } }:expects { upstream = { path = "/api/v1/users" } }
  t:request { url = "/api/users" }:expects { upstream = { path = "/api/v1/users" } }
  t:request { url = "/api/users", headers = { Accept = "application/vndXexample.v2+json" } }
    :expects { upstream = { path = "/api/v1/users" } }
end)

test("a version that is not served is named with those that are", function(t)
  t:request { url = "/api/users", headers = { Accept = "application/vnd.example.v9+json" } }
    :expects { status = 406, json = { error = "no version v9", versions = { "v1", "v2" } }, upstream = false }
end)

test("other paths stay as they are", function(t)
  t:request { url = "/health" }:expects { upstream = { path = "/health" } }
end)

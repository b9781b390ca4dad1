local function add(key, ...) gate.redis.hset("apikey:" .. gate.hex(gate.hash.sha256(key)), ...) end

test("a key that Redis knows says who it is, and goes no further", function(t)
  add("secret-1", "user", "u1", "roles", "user,admin")
  t:request { headers = { ["X-API-Key"] = "secret-1" } }:expects {
    verdict = "pass",
    upstream = { headers = { ["X-User-ID"] = "u1", ["X-User-Role"] = "user,admin", ["X-API-Key"] = false } },
  }
end)

test("without roles there is no header of them", function(t)
  add("secret-1", "user", "u1")
  t:request { headers = { ["X-API-Key"] = "secret-1", ["X-User-Role"] = "admin" } }
    :expects { verdict = "pass", upstream = { headers = { ["X-User-Role"] = false } } }
end)

test("another key, one that is disabled, and none are refused", function(t)
  add("old", "user", "u1", "disabled", "1")
  t:request { headers = { ["X-API-Key"] = "guessed" } }:expects { status = 401, upstream = false }
  t:request { headers = { ["X-API-Key"] = "old" } }:expects { status = 401, body = "unknown API key\n" }
  t:request {}:expects { status = 401, body = "no API key\n" }
end)

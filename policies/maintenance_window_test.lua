test.policy {
  with = { from = "2026-11-27T02:00:00Z", to = "2026-11-27T03:00:00Z", allow = { "10.0.0.0/8" } },
}

test("closed from its first second to the one before its end", function(t)
  local at = { ["01:59:59"] = 200, ["02:00:00"] = 503, ["02:59:59"] = 503, ["03:00:00"] = 200 }
  for time, status in pairs(at) do
    t:clock("2026-11-27T" .. time .. "Z")
    t:request {}:expects { status = status }
  end
end)

test("clients are told when to come again, and caches to forget it", function(t)
  t:clock "2026-11-27T02:30:00Z"
  t:request {}:expects {
    body = "Back soon.\n", headers = { ["Retry-After"] = 300, ["Cache-Control"] = "no-store" }, upstream = false,
  }
end)

test("who does the work is let in", function(t)
  t:clock "2026-11-27T02:30:00Z"
  t:request { ip = "10.1.2.3" }:expects { verdict = "pass" }
end)

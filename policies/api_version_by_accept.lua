-- policies/api_version_by_accept.lua: /api/users with Accept: application/vnd.example.v2+json is the target's /api/v2/users.
-- Without a version that is named and served, `default` is meant; the answer says which it was.
return {
  with = {
    vendor   = gate.string "what media types begin with: vnd.example",
    prefix   = gate.string("path in front of which versions stand", "/api/"),
    versions = gate.list(gate.string, "those that are served: v1, v2"),
    default  = gate.string "the one for clients that name none",
  },

  request = function(x, with)
    local path = x.request.path
    if path:sub(1, #with.prefix) ~= with.prefix then return end
    local wanted = (x.request.headers.Accept or ""):match("application/" .. with.vendor:gsub("%p", "%%%0") .. "%.(v%d+)")
    local version = wanted or with.default
    for _, served in ipairs(with.versions) do
      if served == version then
        x.upstream.path = with.prefix .. version .. "/" .. path:sub(#with.prefix + 1)
        x.upstream.headers["X-API-Version"] = version
        return
      end
    end
    x:respond { status = 406, json = { error = "no version " .. version, versions = with.versions } }
  end,

  response = function(x, with)
    local vary = x.response.headers:all("Vary")      -- what the target says stays
    vary[#vary + 1] = "Accept"
    x.response.headers.Vary = table.concat(vary, ", ")
  end,
}

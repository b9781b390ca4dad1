"""Keys of programs: known by a digest, told to nobody."""

import hashlib

KEY = "q9-a-long-random-key"


def routes(more=""):
    return f"""
    target_groups: {{shop: {{targets: ["{{origin}}"]}}}}
    routes: [{{name: api, priority: 1, when: {{path: "/*"}}, action: {{forward: shop}},
              plugins: [{{use: api_key, with: {{keys: api.keys{more}}}}}]}}]"""


def keys(folder, *lines):
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    (folder / "api.keys").write_text("\n".join(line.replace("@", digest) for line in lines) + "\n")


def test_a_key_lets_in_and_goes_nowhere(gate, origin, tmp_path):
    keys(tmp_path, "# programs", "shop @ orders")
    gate.routes(routes())
    origin.answers("in")
    assert gate.answer("/x").status == 401
    assert gate.answer("/x", "X-API-Key: guess").status == 401
    assert gate.answer("/x", f"X-API-Key: {KEY}", f"x-api-key: {KEY}").status == 400
    assert gate.answer("/x", f"x-api-key: {KEY}").status == 200
    assert origin.saw == ["GET /x"] and origin.request().header("X-API-Key") is None
    gate.record(status=200)
    assert KEY not in gate.access_log.read_text() + gate.stderr_text()


def test_a_key_in_the_query_goes_neither_to_the_target_nor_to_the_log(gate, origin, tmp_path):
    keys(tmp_path, "shop @")
    gate.routes(routes(", query: key"))
    origin.answers("in")
    assert gate.answer(f"/x?a=b&key={KEY}").status == 200
    assert gate.answer(f"/x?key={KEY}", f"X-API-Key: {KEY}").status == 400
    assert origin.saw == ["GET /x?a=b"]
    gate.records(2)
    assert KEY not in gate.access_log.read_text() + gate.stderr_text()


def test_a_role_is_wanted_and_a_reload_takes_a_key_away(gate, origin, tmp_path):
    keys(tmp_path, "shop @ orders")
    gate.routes(routes(", roles: [bills, orders]"))
    origin.answers("in")
    assert gate.answer("/x", f"X-API-Key: {KEY}").status == 200
    gate.reload(routes(", roles: [bills]"))
    assert gate.answer("/x", f"X-API-Key: {KEY}").status == 403
    keys(tmp_path, "shop " + "0" * 64)
    gate.reload(routes(", roles: [bills]"))
    assert gate.answer("/x", f"X-API-Key: {KEY}").status == 401


def test_check_says_which_line_is_wrong(gate, origin, tmp_path):
    keys(tmp_path, "shop @", "bill sesame")
    gate.writes(routes())
    assert "line 2: behind the id stands the key's SHA-256" in gate.command("check", check=1).stderr

"""gatehouse plan NEW: what a new file changes, and which requests go elsewhere."""

import json

import pytest
import yaml

OLD = """\
version: 1
listeners:
  public: {address: "127.0.0.1:8080"}
  gone: {address: "127.0.0.1:8081"}
target_groups:
  shop: {targets: ["127.0.0.1:3000"]}
  new: {targets: ["127.0.0.1:3001"]}
routes:
  - {name: a, priority: 10, when: {path: "/a/*"}, action: {forward: shop}}
  - {name: b, priority: 20, when: {host: ["*.b.test"], path: "/b?"}, action: {forward: shop}}
  - {name: c, priority: 30, when: {path: /c}, action: {redirect: {host: "www.#{host}", status: 301}}}
default: {action: {respond: {status: 404}}}
"""


def planned(gate, *changes, json_too=False):
    new = OLD
    for old, fresh in changes:
        assert old in new
        new = new.replace(old, fresh)
    gate.file.write_text(OLD)
    (gate.folder / "new.yaml").write_text(new)
    if json_too:
        return json.loads(gate.command("plan", "new.yaml", "--json", check=0).stdout)
    return gate.command("plan", "new.yaml", check=0).stdout


def test_a_file_is_no_different_from_itself_however_it_is_written(gate):
    assert planned(gate) == "no difference\n"
    gate.file.write_text(OLD)
    (gate.folder / "new.yaml").write_text("# other layout\n" + yaml.dump(yaml.safe_load(OLD)))
    assert gate.command("plan", "new.yaml", check=0).stdout == "no difference\n"


# the change, what the plan says of it, the requests that go elsewhere
CHANGES = [
    (("priority: 10, ", "priority: 11, "), ["route a moved: priority 10 → 11"], []),
    (('path: "/a/*"}, action: {forward: shop', 'path: "/a/*"}, action: {forward: new'),
     ["route a changed: action"], ["public: GET http://any.test/a/: shop (rule a) → new (rule a)"]),
    (("  - {name: a, priority: 10", "  - {name: first, priority: 1, action: {forward: new}}\n  - {name: a, priority: 10"),
     ["route first added"],
     ["public: GET http://any.test/: respond 404 (default) → new (rule first)",
      "public: GET http://any.test/a/: shop (rule a) → new (rule first)",
      "public: GET http://any.test/c: redirect 301 to http://www.any.test:8080/c (rule c) → new (rule first)",
      "public: GET http://x.b.test/bx: shop (rule b) → new (rule first)"]),
    (('  - {name: b, priority: 20, when: {host: ["*.b.test"], path: "/b?"}, action: {forward: shop}}\n', ""),
     ["route b removed"], ["public: GET http://x.b.test/bx: shop (rule b) → respond 404 (default)"]),
    (('when: {path: "/a/*"}', 'when: {path: "/a/b/*"}, limits: {body: 1MiB}'), ["route a changed: when, limits"],
     ["public: GET http://any.test/a/: shop (rule a) → respond 404 (default)"]),
    (('new: {targets: ["127.0.0.1:3001"]}', 'new: {targets: ["127.0.0.1:3002"], pool: {idle: 1}}'),
     ["target group new changed: targets, pool"], []),
    (('  gone: {address: "127.0.0.1:8081"}\n', '  secure: {address: "127.0.0.1:8082"}\n'),
     ["listener gone removed", "listener secure added"], []),
    (("default:", "  - {name: d, priority: 40, when: {path: /d, method: PUT, query: {v: 2*}, source_ip: [10.0.0.0/8], "
                  'header: [{X-A: "a*"}, {X-B: ["b"]}]}, action: {forward: new}}\ndefault:'), ["route d added"],
     ["public: PUT http://any.test/d?v=2 -H 'X-A: a' -H 'X-B: b' --source-ip 10.0.0.0: respond 404 (default) → "
      "new (rule d)"]),
    (("default: {action: {respond: {status: 404}}}", "default: {action: {forward: new}}"), ["default changed"],
     ["public: GET http://any.test/: respond 404 (default) → new (default)"]),
]


@pytest.mark.parametrize("change, said, requests", CHANGES, ids=[", ".join(row[1]) for row in CHANGES])
def test_a_change_is_said_with_requests_that_show_it(gate, change, said, requests):
    lines = planned(gate, change).splitlines()
    end = lines.index("") if "" in lines else len(lines)
    assert lines[:end] == said
    assert [line.strip() for line in lines[end + 2:] if line.startswith("  public")] == requests


def test_programs_are_told_the_same(gate):
    told = planned(gate, CHANGES[0][0], CHANGES[1][0], json_too=True)
    assert told["differences"] == [
        {"kind": "moved", "section": "route", "name": "a", "before": "10", "after": "11"},
        {"kind": "changed", "section": "route", "name": "a", "keys": ["action"]}]
    assert {"listener": "public", "method": "GET", "url": "http://any.test/a/", "headers": [],
            "source_ip": "", "before": "shop (rule a)",
            "after": "new (rule a)"} in told["requests"]


def test_many_requests_are_counted(gate):
    rules = "".join(f"  - {{name: r{i}, priority: {100 + i}, when: {{path: /r{i}}}, action: {{forward: new}}}}\n"
                    for i in range(30))
    assert "  and 40 more; --json has all\n" in planned(gate, ("default:", rules + "default:"))


def test_a_bad_file_is_its_errors(gate):
    gate.file.write_text(OLD)
    (gate.folder / "new.yaml").write_text(OLD.replace("forward: shop", "forward: shoop"))
    done = gate.command("plan", "new.yaml", check=1)
    assert done.stdout == "" and "new.yaml:10" in done.stderr and "unknown-target-group" in done.stderr


def test_plan_without_a_file_is_wrong_usage(gate):
    assert "gatehouse plan NEW" in gate.command("plan", check=2).stderr


@pytest.mark.parametrize("when, request_line", [
    ('path: {regex: "^/v[0-9]+/(users|teams)$"}', "GET http://any.test/v0/users"),
    ('path: {regex: "[.]png$"}', "GET http://any.test/.png"),
    ('host: {regex: "^shop[.]test$"}', "GET http://shop.test/"),
    ('path: /x, header: {X-A: {regex: "^b+$"}}', "GET http://any.test/x -H 'X-A: b'"),
    ("path: /x, client_ip: 192.0.2.0/24", "GET http://any.test/x --source-ip 192.0.2.0"),
])
def test_examples_are_found_for_expressions_and_clients_addresses(gate, when, request_line):
    rule = f"  - {{name: new, priority: 1, when: {{{when}}}, action: {{forward: new}}}}\n"
    said = planned(gate, ("routes:\n", "routes:\n" + rule))
    assert [line.strip() for line in said.splitlines() if line.startswith("  public:")] == [
        f"public: {request_line}: respond 404 (default) → new (rule new)"]


@pytest.mark.parametrize("source, client, proxies, words", [
    ("10.0.0.0/8", "10.1.0.0/16", "", "--source-ip 10.1.0.0"),
    ("10.0.0.0/8", "192.0.2.7", "10.9.0.0/16", "-H 'X-Forwarded-For: 192.0.2.7' --source-ip 10.9.0.0"),
    ("10.0.0.0/8", "192.0.2.7", "", None),
])
def test_a_rule_with_both_addresses_is_asked_through_a_trusted_proxy(gate, source, client, proxies, words):
    rule = f"  - {{name: new, priority: 1, when: {{path: /x, source_ip: {source}, client_ip: {client}}}, action: {{forward: new}}}}\n"
    said = planned(gate, ("routes:\n", "routes:\n" + rule), ("version: 1", f"version: 1\ntrusted_proxies: [{proxies}]"))
    expected = [f"public: GET http://any.test/x {words}: respond 404 (default) → new (rule new)"] if words else []
    assert [line.strip() for line in said.splitlines() if line.startswith("  public:")] == expected


def test_a_request_that_passes_other_steps_goes_elsewhere(gate):
    """Whoever takes the login away from a route wants to see it."""
    said = planned(gate, ('path: "/a/*"}, action', 'path: "/a/*"}, plugins: [{use: headers}], action'))
    assert "public: GET http://any.test/a/: shop (rule a) → shop through a/headers (rule a)" in said

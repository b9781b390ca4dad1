"""What `check` finds about rules, and that its requests go where it says, through the proxy."""

import json
import os
import subprocess

import pytest
import yaml

from gateway import BINARY, ROOT

FILE = """\
target_groups: {one: {targets: ["127.0.0.1:1"]}}
routes:
  - {name: api, priority: 10, when: {path: "/api/*"}, action: {respond: {status: 200, body: api}}}
  - {name: users, priority: 20, when: {path: "/api/users/*", method: [GET, POST], header: {X-A: "v*"}}, action: {forward: one}}
  - {name: get, priority: 30, when: {path: /x, method: GET}, action: {respond: {status: 200, body: get}}}
  - {name: post, priority: 40, when: {path: [/x, /y], method: POST}, action: {respond: {status: 200, body: post}}}
  - {name: both, priority: 50, when: {path: /x, method: [POST, GET]}, action: {forward: one}}
  - {name: here, priority: 60, when: {source_ip: 127.0.0.0/8, host: "*.a.test", path: "/s/*"}, action: {respond: {status: 200, body: here}}}
  - {name: canary, priority: 70, when: {host: "x?.a.test", path: "/s/t/*", query: {v: "2*"}, source_ip: 127.0.0.1}, action: {respond: {status: 200, body: canary}}}
  - {name: numbers, priority: 80, when: {path: {regex: "^/n[0-9]{2}/(a|b)$"}}, action: {respond: {status: 200, body: numbers}}}
  - {name: again, priority: 90, when: {path: {regex: "^/n[0-9]{2}/(a|b)$"}, method: GET}, action: {forward: one}}
  - {name: scripts, priority: 100, when: {path: "/f*/x.js", query: {v: "1*"}}, action: {respond: {status: 200, body: scripts}}}
  - {name: files, priority: 110, when: {path: "/files/*", query: {v: "*2"}}, action: {respond: {status: 200, body: files}}}
  - {name: mine, priority: 120, when: {host: b.test, path: "/m/*", method: PUT}, action: {respond: {status: 200, body: mine}}}
  - {name: yours, priority: 130, when: {host: b.test, path: "/m/n/*"}, action: {respond: {status: 200, body: yours}}}
default: {action: {respond: {status: 404}}}
"""
FOUND = {"users": ("swallowed-rule", ["api"]), "both": ("unreachable-rule", ["get", "post"]),
         "canary": ("swallowed-rule", ["here"]), "again": ("swallowed-rule", ["numbers"]),
         "files": ("order-decides", ["scripts"]), "yours": ("order-decides", ["mine"])}


def checked(gate):
    gate.writes(FILE)
    return json.loads(gate.command("check", "-c", str(gate.file), "--json", check=0).stdout)


def name_at(gate, place):
    line = gate.file.read_text().splitlines()[place["line"] - 1]
    return line[place["column"] - 1:][:place["length"]]


def test_each_finding_names_both_rules(gate):
    found = checked(gate)
    assert {name_at(gate, one): (one["code"], [name_at(gate, other) for other in one["related"]])
            for one in found} == FOUND
    assert {one["severity"] for one in found if one["code"] == "order-decides"} == {"note"}
    assert {one["severity"] for one in found if one["code"] != "order-decides"} == {"warning"}


def test_every_request_goes_where_it_says(gate):
    found = checked(gate)
    gate.start()
    for one in found:
        request = one["request"]
        host, _, path = request["url"].removeprefix("http://").partition("/")
        with gate.connect() as client:
            client.sends(f"{request['method']} /{path} HTTP/1.1", f"Host: {host}", "Connection: close",
                         *request["headers"], "", "")
            answer = client.expects_any()
        assert request["source_ip"] == "127.0.0.1"
        assert answer.text == request["taken_by"], one["message"]
        assert request["taken_by"] in FOUND[name_at(gate, one)][1]


def test_the_line_to_see_it_with_can_be_pasted(gate):
    gate.writes(FILE.replace('"v*"', '"it\'s *"'))
    said = gate.command("check", "-c", str(gate.file), check=0).stdout
    lines = [line.partition("see: gatehouse ")[2] for line in said.splitlines() if "see: gatehouse" in line]
    assert len(lines) == len(FOUND)
    for line, (_, by) in zip(lines, FOUND.values()):
        explained = subprocess.run(["bash", "-c", f"$GATEHOUSE {line}"], capture_output=True, text=True, check=True,
                                   env={**os.environ, "GATEHOUSE": BINARY}).stdout
        decides = [row.split()[1] for row in explained.splitlines() if row.endswith(" decides")]
        assert decides and decides[0] in by


def without_later(text):
    """The rules alone: what each asks for, and where its requests go."""
    routes = [{key: route[key] for key in ("name", "priority", "listeners", "when", "action") if key in route}
              for route in yaml.safe_load(text)["routes"]]
    for route in routes:
        if "handler" in route["action"]:
            route["action"] = {"respond": {"status": 200, "body": "chat"}}
    return yaml.dump({"version": 1, "listeners": {"public": {"address": "127.0.0.1:1"}, "secure": {"address": "127.0.0.1:2"}},
                      "target_groups": {name: {"targets": ["127.0.0.1:3"]} for name in ("frontend", "backend")},
                      "routes": routes, "default": {"action": {"forward": "frontend"}}})


@pytest.mark.parametrize("file", ["routes.yaml", "tests/contract/routes.yaml"])
def test_the_files_that_come_along_have_nothing_to_be_told(gate, file):
    """The second has keys that come later, so its rules are looked at without them."""
    text = (ROOT / file).read_text()
    gate.file.write_text(without_later(text) if "contract" in file else text)
    assert json.loads(gate.command("check", "-c", str(gate.file), "--json").stdout) == []


def test_many_of_a_kind_are_counted_for_people_and_listed_for_programs(gate):
    gate.writes("routes:\n" + "".join(
        f"  - {{name: r{i}, priority: {i + 1}, when: {{path: '/*'}}, action: {{respond: {{status: 200}}}}}}\n"
        for i in range(100)))
    said = gate.command("check", "-c", str(gate.file), check=0).stdout
    assert said.count("warning[unreachable-rule]") == 20
    assert "79 more of [unreachable-rule]; `gatehouse check --json` has all\n" in said
    assert said.endswith("100 routes, 99 warnings\n")
    assert len(json.loads(gate.command("check", "-c", str(gate.file), "--json").stdout)) == 99

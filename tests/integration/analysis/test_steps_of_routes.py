"""What `check` says about the steps of routes, with the plugins that come along."""

import json

import pytest

import tokens

AUTH = json.dumps({"use": "auth", "with": {"chain": ["jwt"], "jwt": {"secret": tokens.SECRET}}})
FILE = """
    target_groups: {shop: {targets: ["127.0.0.1:1"]}}
    plugins: {signed_in: AUTH, stamp: {use: headers, with: {request: {set: {X-A: "1"}}}}}
    routes:
      - {name: open, priority: 1, when: {path: /}, plugins: [stamp], action: {forward: shop}}
      - {name: account, priority: 2, when: {path: "/account/*"}, plugins: [signed_in], action: {forward: shop}}
      - {name: api, priority: 3, when: {path: "/api/*"}, plugins: [AUTH], action: {forward: shop}}
      - {name: images, priority: 4, when: {path: "/img/*"}, action: {forward: shop}}
      - {name: gone, priority: 5, when: {path: /gone}, action: {respond: {status: 410}}}
    default: {action: {forward: shop}}
""".replace("AUTH", AUTH)


def found(gate, text, code):
    gate.writes(text)
    said = json.loads(gate.command("check", "-c", str(gate.file), "--json", check=0).stdout)
    return [one for one in said if one["code"] == code]


def test_routes_that_ask_nobody_who_he_is_are_one_list(gate):
    listed, = found(gate, FILE, "public-routes")
    assert (listed["severity"], listed["message"]) == ("note", "2 routes have no auth step: open, images")
    assert [gate.file.read_text().splitlines()[place["line"] - 1].split(",")[0].strip() for place in listed["related"]] == [
        "- {name: open", "- {name: images", "default: {action: {forward: shop}}"]


def test_where_no_route_has_an_auth_step_none_is_called_public(gate):
    assert found(gate, FILE.replace("[signed_in]", "[stamp]").replace(f"plugins: [{AUTH}]", "plugins: []"), "public-routes") == []


@pytest.mark.parametrize("unused, changes", [
    ("stamp", ("plugins: [stamp], ", "")), ("signed_in", ("plugins: [signed_in]", "plugins: [stamp]"))])
def test_an_instance_that_no_route_names_is_told(gate, unused, changes):
    told, = found(gate, FILE.replace(*changes), "unused-plugin")
    assert told["message"] == f"no route names the plugin instance '{unused}'"
    assert found(gate, FILE, "unused-plugin") == []


TWO = """
    target_groups: {{shop: {{targets: ["127.0.0.1:1"]}}}}
    plugins: {{one: {{use: headers, with: {{request: {{set: {{X-A: "1"}}}}}}}}, two: {{use: headers, with: {{request: {{set: {{X-A: "2"}}}}}}}}}}
    routes:
      - {{name: js, priority: 1, when: {{path: "*.js"}}, plugins: [{}], action: {{forward: shop}}}}
      - {{name: files, priority: 2, when: {{path: "/files/*"}}, plugins: [{}], action: {{forward: shop}}}}
"""


@pytest.mark.parametrize("first, second, decides", [
    ("one", "one", False), ("", "", False), ("one", "two", True), ("one", "", True), ("", "one", True),
    ("one, two", "two, one", True),
    ("{use: headers, with: {request: {set: {X-A: '1'}}}}", "{use: headers, with: {request: {set: {X-A: '1'}}}}", False),
])
def test_order_decides_where_only_the_steps_differ(gate, first, second, decides):
    assert bool(found(gate, TWO.format(first, second), "order-decides")) == decides

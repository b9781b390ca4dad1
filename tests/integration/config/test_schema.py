"""`gatehouse schema`: what an editor is told about routes.yaml agrees with what `check` says."""

import functools
import json
import pathlib
import re
import subprocess

import jsonschema
import pytest
import yaml

from broken_files import broken_files, contract
from gateway import BINARY, ROOT

# What a schema cannot see: other parts of the file, files, the environment, warnings, numbers inside
# a text, and what the YAML reader has resolved already.
BEYOND = {"unset-variable", "unreadable-file", "empty-secret", "duplicate-key", "duplicate-name",
          "duplicate-address", "duplicate-priority", "unknown-listener", "unknown-target-group",
          "never-matches", "unknown-plugin", "unknown-store", "any-of", "weak-secret", "known-secret"}
BEYOND_ROWS = {
    '@ 10 127.0.0.1:9901 → 0.0.0.0:9901': "a token is missing because of another key's value",
    '@ 13 ["${COOKIE_KEY:-}"] → ["${COOKIE_KEY"]': "a secret is any text",
    '@ 13 ["${COOKIE_KEY:-}"] → ["${}"]': "a secret is any text",
    '@ 70 ["${AUTH_SECRET}"] → ["${AUTH-SECRET}"]': "a secret is any text",
    '@ 22 request_line: 8KiB → request_line: 63B': "a range of sizes",
    '@ 22 headers: 32KiB → headers: 2MiB': "a range of sizes",
    '@ 23 body_idle: 30s → body_idle: 0s': "a range of times",
    '@ 23 response: 30s → response: 400d': "a range of times",
    '@ 44 interval: 30s → interval: 10ms': "a range of times",
    '@ 44 timeout: 5s → timeout: 3min': "a range of times",
    '@ 60 connect: 5s → connect: 0': "a range of times",
    '@ 44 200-399 → 399-200': "one number is larger than another",
    '@ 44 {path: /, interval: 30s, timeout: 5s, healthy_threshold: 5, unhealthy_threshold: 2, '
    'matcher: "200-399"} → false': "off is false for many YAML readers",
    '@ 59 connections: 512 → connections: 0x200': "512 for a YAML reader",
    '@ 89 #{host} → #{hots}': "words inside a text",
    '@ 89 #{query}" → #{query"': "words inside a text",
    '@ 89 status: 301 → status: 301, port: 8443': "keys that exclude each other",
    '@ 89 url: "https://#{host}:8443/#{path}?#{query}" → port: 0': "a number where a text may be",
    '@ 89 url: "https://#{host}:8443/#{path}?#{query}" → query: a=b': "keys that are too few",
    '@ 114 {handler: chat} → {handler: chat, sticky: 1h}': "keys that go together",
    '@ 119 "^/v[0-9]+/search" → "^/v([0-9]+/search"': "the syntax of RE2",
    '@ 119 "^/v[0-9]+/search" → "^/v(?!1)[0-9]+/search"': "the syntax of RE2",
    '@ 120 X-Canary: → Host:': "a name that is like others",
    '@ 120 X-Canary: → X-*:': "a name that is like others",
    '@ 120 ["1", "true"] → {regex: "["}': "the syntax of RE2",
    '@ 122 10.0.0.0/8 → 10.1.2.3/8': "bits behind a prefix",
    '@ 122 10.0.0.0/8 → 255.255.255.255': "an address that is like others",
    '@ 122 source_ip: [10.0.0.0/8, "::1/128"] → client_ip: "::1/64"': "bits behind a prefix",
    '@ 125 sticky: 1h → sticky: 0s': "a range of times",
    '@ 150 "^/api/v1/(.*)$" → "^/api/v1/(.*$"': "the syntax of RE2",
    '@ 150 "/api/$1" → "/api/$2"': "a group of another key's value",
    '@ 150 "/api/$1" → "/api?v=$1"': "what a path and a host cannot hold",
    '@ 150 path: → host:': "what a path and a host cannot hold",
    '@ 154 {forward: backend} → {respond: {status: 204}}': "keys that exclude each other",
    '@ 124 {backend: 9, frontend: 1} → {backend: 0, frontend: 0}': "a sum",
}

# What the table of a plugin cannot say: its own `check` does.
OF_PLUGINS = {
    '@ 70 version: → vesrion:', '@ 70 secrets: → sercets:', '@ 70 version: 5 → version: 3',
    '@ 71 id: X-User-ID → id: X User', '@ 71 X-User-Role → "X-User-Role:"',
    '@ 75 "https://*.example.com" → "*.example.com"', '@ 76 GET, POST → get, POST',
    '@ 77 Content-Type → Content Type', '@ 96 key: client_ip → key: ip', '@ 96 rate: 10/min → rate: 10/minute',
    '@ 146 key: user → key: header', '@ 146 rate: 500/min → rate: 0/min',
}


class Yaml12(yaml.SafeLoader):
    """As an editor reads it: of the words of YAML 1.1 only true and false are truth."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, what) for tag, what in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


@functools.cache
def validator():
    schema = json.loads(subprocess.run([BINARY, "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def complaints(text):
    return [f"{list(error.absolute_path)}: {error.message[:200]}"
            for error in validator().iter_errors(yaml.load(text, Loader=Yaml12))]


def test_the_contract_is_accepted():
    assert complaints(contract()) == []


def test_the_example_beside_the_readme_is_accepted():
    assert complaints((ROOT / "routes.yaml").read_text()) == []


def test_every_broken_file_is_refused_that_a_schema_can_refuse():
    accepted = set()
    refused = 0
    for row in broken_files():
        try:
            found = complaints(row.text)
        except yaml.YAMLError:
            continue
        refused += bool(found)
        if not found and not BEYOND.intersection(row.codes):
            accepted.add(row.what)
    assert accepted - OF_PLUGINS == set(BEYOND_ROWS)
    assert refused > 400


@pytest.mark.parametrize("text", [
    "workers: 4", 'workers: "${WORKERS:-auto}"', "reload: {watch: on}", "reload: {watch: no}",
    "access_log: off", "admin: off", "limits: {body: 0}", 'timeouts: {total: "${T}s"}',
    'listeners: {a: {address: "${ADDRESS}"}}', "listeners: {a: {address: '[::1]:80', tls: {"
    "certificates: {cert: a, key: b}, min_version: 1.2}}}",
    "target_groups: {g: {targets: h:1, health_check: off}}",
    'target_groups: {g: {targets: {address: "unix:/s"}, retry: {on: 503}}}',
    "routes: [{name: r, priority: 1, action: {redirect: {port: 8443, status: '308'}}}]",
    "routes: [{name: r, priority: 1, when: {host: h, path: {regex: x}, header: [{A: b}, {C: [d]}]},"
    " plugins: headers, policy: policies/p.lua, action: {forward: g}}]",
    "plugins: {mine: {use: headers, with: {response: {set: {X-A: [b, c]}}}}}",
])
def test_what_check_accepts_the_schema_accepts(text, tmp_path):
    file = tmp_path / "routes.yaml"
    file.write_text("version: 1\n" + text + "\n")
    done = subprocess.run([BINARY, "check", "--json", "-c", str(file)], capture_output=True, text=True,
                          env={"WORKERS": "2", "T": "1", "ADDRESS": "[::]:80"})
    beside = {"not-available", "bad-policy", "no-listener", "no-route", "unreadable-file", "unknown-target-group",
              "unused-plugin", "unused-target-group"}
    assert {found["code"] for found in json.loads(done.stdout)} <= beside
    assert complaints(file.read_text()) == []


@pytest.mark.parametrize("use, good", [
    ("{use: trial, with: {does: names, most: 10KiB, time: 5ms}}", True), ("{use: trial}", True),
    ("{use: trial, with: {does: nemes}}", False), ("{use: trial, with: {doess: names}}", False),
    ("{use: trial, with: {status: 99}}", False), ("{use: forward_auth, with: {copy: [A, B]}}", False),
    ("{use: forward_auth, with: {target_group: g}}", True), ("{use: headers, with: {response: {add: {A: [b, c]}}}}", True),
    ("{use: headers, with: {response: {add: {A: {b: c}}}}}", False), ("{use: cors, with: {origins: a, mode: shadow}}", False),
])
def test_an_editor_knows_the_plugins_on_the_plugin_path(use, good, tmp_path):
    """Also those of strangers: the schema is made from their own tables."""
    folder = pathlib.Path(BINARY).parent / "tests/plugins"
    (tmp_path / "routes.yaml").write_text(f"plugin_path: {folder}\n")
    printed = subprocess.run([BINARY, "schema"], cwd=tmp_path, capture_output=True, check=True).stdout
    text = f"version: 1\nplugins: {{it: {use}}}\nroutes: [{{name: r, priority: 1, plugins: [{use}], action: {{forward: g}}}}]"
    found = list(jsonschema.Draft202012Validator(json.loads(printed)).iter_errors(yaml.load(text, Loader=Yaml12)))
    assert (found == []) == good


def test_plugins_are_listed_with_what_they_are_and_why_they_cannot_be(tmp_path):
    folder = pathlib.Path(BINARY).parent / "tests/plugins"
    (tmp_path / "text.so").write_text("no plugin")
    (tmp_path / "mine.yaml").write_text(f"plugin_path: [{folder}, .]\n")
    ask = functools.partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True)
    listed = {each["name"]: each for each in json.loads(ask([BINARY, "plugins", "--json", "-c", "mine.yaml"]).stdout)}
    assert listed["trial"] == {"name": "trial", "version": "1.0.0", "doc": "does one thing of many", "file": f"{folder}/trial.so",
                               "phases": ["preflight", "request", "request_body", "response", "response_body", "log", "serve"]}
    assert "it is no plugin: not a shared object" in listed["text"]["refused"]
    assert list(listed) == sorted(listed) and {"auth", "cors", "headers", "rate_limit"} < set(listed)
    printed = ask([BINARY, "plugins", "-c", "mine.yaml"]).stdout
    assert "cors             1.0.0    lets pages of other origins read answers\n" in printed
    assert "text             refused: " in printed
    assert "text is left out: " in ask([BINARY, "schema", "-c", "mine.yaml"]).stderr
    assert ask([BINARY, "plugins", "-c", "none.yaml"]).returncode == 1


def test_the_reference_page_is_what_the_tables_print():
    printed = subprocess.run([BINARY, "schema", "markdown"], capture_output=True, text=True, check=True)
    page = pathlib.Path(ROOT / "docs/configuration.md").read_text()
    assert page == printed.stdout, "gatehouse schema markdown > docs/configuration.md"


def properties(schema):
    """Every key of the schema with what it may hold, wherever it stands."""
    if isinstance(schema, list):
        for part in schema:
            yield from properties(part)
    elif isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            yield (key, value.get("description", "")), value
        for part in schema.values():
            yield from properties(part)


def test_every_example_of_the_reference_is_accepted():
    by_key = {}
    for key, schema in properties(validator().schema):
        by_key.setdefault(key, []).append(schema)
    resolver = jsonschema.RefResolver.from_schema(validator().schema)
    rows = [row for row in (ROOT / "docs/configuration.md").read_text().splitlines() if row.startswith("| `")]
    refused = []
    for row in rows:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]
        key, doc, example = cells[1].strip("`"), cells[2], cells[5].strip("`").replace("\\|", "|")
        value = yaml.load(example, Loader=Yaml12)[key]
        if not any(jsonschema.Draft202012Validator(schema, resolver=resolver).is_valid(value)
                   for schema in by_key[(key, doc)]):
            refused.append(row)
    assert refused == []
    assert len(rows) > 150


def test_the_words_of_the_fuzzer_are_those_of_the_tables():
    printed = subprocess.run([BINARY, "schema", "words"], capture_output=True, text=True, check=True)
    dictionary = (ROOT / "tests/fuzz/config_fuzz.dict").read_text()
    assert dictionary.endswith(printed.stdout), "gatehouse schema words"


def test_another_form_is_wrong_usage():
    done = subprocess.run([BINARY, "schema", "xml"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "json, markdown or words" in done.stderr

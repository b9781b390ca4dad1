"""`check --sarif`: what SARIF 2.1.0 asks of a log (OASIS, the sections named)."""

import json

import jsonschema

FILE = """\
routes:
  - {name: a, priority: 10, when: {path: "/a/*"}, action: {respond: {status: 200}}}
  - {name: b, priority: 20, when: {path: "/a/b/*"}, action: {respond: {status: 204}}}
"""
PLACE = {
    "type": "object", "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},  # 3.28.2
        "physicalLocation": {
            "type": "object", "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {"type": "object", "required": ["uri"],
                                     "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9._~/:%-]+$"}}},
                "region": {"type": "object", "required": ["startLine", "startColumn", "endColumn"],
                           "additionalProperties": {"type": "integer", "minimum": 1}}}},
        "message": {"$ref": "#/$defs/message"}},
    "additionalProperties": False,
}
SCHEMA = {
    "$defs": {"message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}},
                          "additionalProperties": False},  # 3.11
              "place": PLACE},
    "type": "object", "required": ["version", "runs"], "additionalProperties": False,  # 3.13
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False,  # 3.14
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},  # 3.14.17
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {  # 3.18, 3.19
                    "type": "object", "required": ["name"], "properties": {
                        "name": {"type": "string"}, "version": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True,
                                  "items": {"type": "object", "required": ["id"]}}}}}},
                "results": {"type": "array", "items": {  # 3.27
                    "type": "object", "required": ["ruleId", "level", "message", "locations"],
                    "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"}, "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": {"$ref": "#/$defs/message"},
                        "locations": {"type": "array", "items": {"$ref": "#/$defs/place"}},
                        "relatedLocations": {"type": "array", "items": {"$ref": "#/$defs/place"}},
                        "properties": {"type": "object"}}}}}}},
    },
}


def log_of(gate, text, *options, name="routes.yaml", exit_code=0):
    gate.writes(text)
    gate.file.rename(gate.folder / name)
    done = gate.command("check", "-c", name, "--sarif", *options, check=exit_code)
    log = json.loads(done.stdout)
    jsonschema.validate(log, SCHEMA)
    return log["runs"][0]


def test_a_finding_has_its_place_the_other_rule_and_the_request(gate):
    run = log_of(gate, FILE)
    [result] = run["results"]
    assert (result["ruleId"], result["level"]) == ("swallowed-rule", "warning")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["swallowed-rule"]
    assert result["message"]["text"].splitlines()[1:] == [
        "hint: give 'b' a lower priority number than 10, or remove it",
        "see: gatehouse explain GET http://any.test/a/b/x --listener public"]
    lines = (gate.folder / "routes.yaml").read_text().splitlines()
    for place, name in ((result["locations"][0], "b"), (result["relatedLocations"][0], "a")):
        region = place["physicalLocation"]["region"]
        assert lines[region["startLine"] - 1][region["startColumn"] - 1:region["endColumn"] - 1] == name
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "routes.yaml"
    assert result["properties"]["request"]["taken_by"] == "a"


def test_errors_are_results_too_and_fail(gate):
    [result] = log_of(gate, FILE.replace("action", "acton", 1), exit_code=1)["results"][:1]
    assert (result["ruleId"], result["level"]) == ("unknown-key", "error")


def test_strict_fails_for_a_warning(gate):
    assert len(log_of(gate, FILE, "--strict", exit_code=1)["results"]) == 1


def test_nothing_found_is_an_empty_list(gate):
    assert log_of(gate, FILE.replace("/a/b/*", "/c"))["results"] == []


def test_the_name_of_the_file_is_a_uri(gate):
    uri = log_of(gate, FILE, name="my routes.yaml")["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "my%20routes.yaml"

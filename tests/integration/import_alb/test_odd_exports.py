"""`gatehouse import alb`: what cannot be said, and files that are none."""

import json
import random

import pytest
import yaml

from alb_export import CLOSED, FILES, FOLDER, as_said, imported

ARN = "arn:aws:elasticloadbalancing:us-west-2:123456789012:"
LISTENER = {"ListenerArn": ARN + "listener/app/lb/1/2", "Port": 80, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]}
FORWARD = {"Type": "forward", "TargetGroupArn": ARN + "targetgroup/shop/3"}
PATH = {"Field": "path-pattern", "Values": ["/x"]}


def a_rule(**changed):
    return {"RuleArn": ARN + "listener-rule/app/lb/1/2/9", "Priority": "5", "IsDefault": False,
            "Conditions": [PATH], "Actions": [FORWARD], **changed}


def of(gate, *words, **documents):
    (gate.folder / "export.json").write_text(json.dumps(documents))
    done = imported(gate, "export.json", *words)
    gate.file.write_text(done.stdout)
    gate.command("check", check=0)
    return done


# what is odd, what is named, whether the rule stays (and answers 503)
ODD = [
    ({"Conditions": [{"Field": "moon-phase", "Values": ["full"]}]}, "condition 'moon-phase': its kind is not known",
     False),
    ({"Conditions": []}, "it has no condition", False),
    ({"Conditions": [{"Field": "path-pattern"}]}, "condition 'path-pattern': it has no values", False),
    ({"Conditions": [{"Field": "path-pattern", "Values": ["/x", 7]}]},
     "condition 'path-pattern': its values are no texts", False),
    ({"Conditions": [PATH, PATH]}, "condition 'path-pattern': it stands there twice", False),
    ({"Conditions": [PATH, "x"]}, "a condition is none", False),
    ({"Conditions": [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a"}]}}]},
     "condition 'query-string': a value is no text", False),
    ({"Conditions": [{"Field": "http-header", "HttpHeaderConfig": {"Values": ["1"]}}]},
     "condition 'http-header': it names no header", False),
    ({"Conditions": [{"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["(?=x)"]}}]}, "regular expression: invalid perl operator", False),
    ({"Priority": "soon"}, "'soon' is not a whole number", False),
    ({"Actions": [{"Type": "sing"}]}, "action 'sing' is not known", True),
    ({"Actions": []}, "it has no action that ends it", True),
    ({"Actions": [FORWARD, FORWARD]}, "action 'forward' comes after the one that ends", True),
    ({"Actions": [{"Type": "forward"}]}, "it names no target group", True),
    ({"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": [
        {**FORWARD, "Weight": 0}, {"TargetGroupArn": ARN + "targetgroup/b/4", "Weight": 0}]}}]},
     "all weights are 0", True),
    ({"Actions": [{"Type": "redirect", "RedirectConfig": {"Host": "#{moon}", "StatusCode": "HTTP_301"}}]},
     "#{moon}", True),
    ({"Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "99"}}]}, "status", True),
    ({"Transforms": [{"Type": "body-rewrite"}]}, "transform 'body-rewrite' is not known", True),
    ({"Transforms": [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": []}}]},
     "transform 'url-rewrite' is not one rewrite", True),
]


@pytest.mark.parametrize("changed, named, stays", ODD, ids=[row[1] for row in ODD])
def test_what_cannot_be_said_is_named_and_lets_nobody_through(gate, changed, named, stays):
    done = of(gate, Listeners=[LISTENER], Rules=[a_rule(**changed)])
    assert any("rule-" in line and named in line for line in done.stderr.splitlines()), done.stderr
    routes = yaml.safe_load(done.stdout)["routes"]
    assert [r["action"] for r in routes] == ([yaml.safe_load(CLOSED)["action"]] if stays else [])


def test_a_pattern_that_no_canonical_path_matches_is_named(gate):
    done = of(gate, Listeners=[LISTENER], Rules=[a_rule(Conditions=[{"Field": "path-pattern", "Values": ["/a//b"]}])])
    assert "rule-5: no canonical path can match '/a//b'" in done.stderr


def test_the_same_rule_of_two_listeners_is_one_route_and_different_ones_are_two(gate):
    second = {**LISTENER, "ListenerArn": ARN + "listener/app/lb/1/3", "Port": 8080}
    third = {**LISTENER, "ListenerArn": ARN + "listener/app/other/7/4"}
    on = "listener-rule/app/lb/1/3/9"
    rules = [a_rule(), a_rule(RuleArn=ARN + on), a_rule(Priority="6"),
             a_rule(RuleArn=ARN + on, Priority="6", Conditions=[{"Field": "path-pattern", "Values": ["/y"]}])]
    done = of(gate, Listeners=[LISTENER, second, third], Rules=rules)
    said = yaml.safe_load(done.stdout)
    assert [(r["name"], r["listeners"]) for r in said["routes"]] == [
        ("rule-5", ["http-80", "http-8080"]), ("http-80-rule-6", ["http-80"]), ("http-8080-rule-6", ["http-8080"])]
    assert said["listeners"]["http-80-2"]["address"] != "0.0.0.0:80"
    assert "http-80-2: another listener has port 80 already" in done.stderr


def test_a_default_that_authenticates_becomes_the_last_route(gate):
    listener = {**LISTENER, "DefaultActions": [{"Type": "jwt-validation", "JwtValidationConfig": {}}, FORWARD]}
    route, = as_said(of(gate, Listeners=[listener], Rules=[]).stdout)["routes"]
    assert (route["name"], route["priority"], "when" in route) == ("http-80-default", 1000000, False)
    assert route["plugins"][0]["with"]["chain"] == ["jwt"]


def test_rules_alone_are_enough_for_a_file_with_places_to_fill_in(gate):
    done = of(gate, Rules=[a_rule()])
    assert "listener-2: its port is not known" in done.stderr
    assert "shop: the target group was not described" in done.stderr


def test_a_pipe_may_hold_several_documents(gate, tmp_path):
    documents = json.dumps({"Listeners": [LISTENER]}) + "\n" + json.dumps({"Rules": [a_rule()]})
    (tmp_path / "all").write_text(documents)
    assert [r["name"] for r in yaml.safe_load(imported(gate, "all").stdout)["routes"]] == ["rule-5"]


BROKEN = [
    ("", "use broken.json:1:1: no JSON"),
    ('{"Rules": [', "use broken.json:1:12: no JSON"),
    ('{"Rules": [\n  {"Priority": 1,}]}', "use broken.json:2:18: no JSON"),
    ('{"Rules": "\xe4\xf6 \x01"}', "use broken.json:1:15: no JSON"),
    ("[1, 2]", "it has none of Listeners, Rules, TargetGroups"),
    ("7", "it has none of Listeners"),
    ('{"Rules": []} x', "use broken.json:1:15: no JSON"),
    ("[" * 5000, "more than 100 levels of brackets"),
]


@pytest.mark.parametrize("text, error", BROKEN, ids=[row[1] for row in BROKEN])
def test_a_file_that_is_none_is_refused_at_its_place(gate, text, error):
    (gate.folder / "broken.json").write_text(text)
    done = imported(gate, "broken.json", check=1)
    assert done.stdout == ""
    assert error in done.stderr


def damaged(value, chance):
    """The value with things taken out, or of another kind."""
    if chance.random() < 0.02:
        return chance.choice([None, 7, -1, "", "x\ny", "#{", "${", [], {}, True, 1e99, "\u2028", "\x7f"])
    if isinstance(value, dict):
        return {k: damaged(v, chance) for k, v in value.items() if chance.random() > 0.01}
    if isinstance(value, list):
        return [damaged(v, chance) for v in value]
    return value


@pytest.mark.parametrize("seed", range(40))
def test_whatever_an_export_holds_the_file_is_one_that_check_takes(gate, seed):
    chance = random.Random(seed)
    names = []
    for word in FILES:
        group, _, path = word.rpartition("=")
        name = f"{len(names)}.json"
        whole = damaged(json.loads(open(path).read()), chance)
        (gate.folder / name).write_text(json.dumps(whole))
        names.append(f"{group}={name}" if group else name)
    done = gate.command("import", "alb", *names)
    assert done.returncode == 0 or (done.returncode == 1 and "it has none of" in done.stderr), done.stderr
    if done.returncode == 0:
        gate.file.write_text(done.stdout)
        gate.command("check", check=0)


def test_a_file_that_is_cut_anywhere_is_an_error_with_its_place(gate):
    text = (FOLDER / "frontend.json").read_text()
    for end in range(0, len(text.rstrip()), 37):
        (gate.folder / "cut.json").write_text(text[:end])
        assert "gatehouse: cannot use cut.json:" in imported(gate, "cut.json", check=1).stderr

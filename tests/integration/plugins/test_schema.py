"""A plugin's configuration is checked as the gateway's own is."""

import pytest

from trial import FOLDER

WRONG = [
    ("{doess: names}", "unknown-key", "unknown key 'doess' in trial", "did you mean 'does'?"),
    ("{does: nemes}", "wrong-value", "'nemes' is not one of passes, denies, names,", "did you mean 'names'?"),
    ("{status: 99}", "out-of-range", "'status' is 99, allowed is 200 to 599", None),
    ("{status: many}", "wrong-value", "'many' is not a whole number", None),
    ("{most: 12}", "wrong-value", "'12' is not a size", "add the unit: 12B or 12KiB"),
    ("{time: 12}", "wrong-value", "'12' is not a time", "add the unit: 12s or 12ms"),
    ("{text: [a]}", "wrong-type", "expected a text, found a list", None),
    ("{text: '${NOT_THERE}'}", "unset-variable", "NOT_THERE is not set", None),
    ("{group: shap}", "unknown-target-group", "there is no target group 'shap'", "did you mean 'shop'?"),
    ("{text: wrong}", "wrong-value", "'wrong' is wrong", "write 'right'"),
]


def written(gate, use):
    return gate.writes(f"""
        plugin_path: ["{FOLDER}"]
        target_groups: {{shop: {{targets: ["127.0.0.1:1"]}}}}
        routes:
          - name: r
            priority: 1
            plugins:
              - {use}
            action: {{respond: {{status: 200}}}}""")


@pytest.mark.parametrize("config, code, said, hint", WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_named_at_its_place(gate, config, code, said, hint):
    text = written(gate, "{use: trial, with: " + config + "}")
    done = gate.command("check", check=1)
    line = text[:text.index("use: trial")].count("\n") + 1
    first = done.stderr.splitlines()[0]
    assert first.startswith(f"./routes.yaml:{line}:") and f"error[{code}]: " in first
    assert said in first
    assert hint is None or f"hint: {hint}" in done.stderr
    column = int(first.split(":")[2])
    bad = text.splitlines()[line - 1][column - 1:]
    assert bad[0] not in " ,:{}", f"column {column} is no value: {bad!r}"


def test_what_a_plugin_needs_must_be_there(gate):
    written(gate, "{use: asks_first}")
    assert "asks_first needs 'target_group': target group that decides" in gate.command("check", check=1).stderr


@pytest.mark.parametrize("use, said", [
    ("trail", "'trail' is no instance under `plugins:` and no plugin"),
    ("{use: trail}", "'trail' is no plugin"),
    ("{usee: trial}", "unknown key 'usee' in a plugin"),
    ("{use: trial, deadline: 0s}", "'deadline' is 0s, allowed is 1ms to 10min"),
    ("{use: trial, on_error: pass}", "'pass' is not one of deny, allow"),
])
def test_names_and_options_of_a_step_are_checked(gate, use, said):
    written(gate, use)
    assert said in gate.command("check", check=1).stderr


def test_a_handler_is_no_step_and_a_step_no_handler(gate):
    gate.writes(f"""
        plugin_path: ["{FOLDER}"]
        default: {{action: {{handler: headers}}}}""")
    assert "'headers' answers no requests by itself" in gate.command("check", check=1).stderr


def test_a_folder_that_is_not_there_is_a_warning(gate):
    gate.writes('plugin_path: [nowhere]\ndefault: {action: {respond: {status: 200}}}')
    assert "warning[no-folder]: there is no folder" in gate.command("check", check=0).stdout


def test_a_step_twice_on_a_route_is_odd(gate):
    gate.writes(f"""
        plugin_path: ["{FOLDER}"]
        routes:
          - {{name: r, priority: 1, plugins: [trial, trial], action: {{respond: {{status: 200}}}}}}""")
    assert "warning[odd-order]: 'trial' stands on this route twice" in gate.command("check", check=0).stdout


AUTH = '{use: auth, with: {chain: [jwt], jwt: {secret: "a secret of forty bytes, more than enough"}}}'
USER = "{use: rate_limit, with: {key: user, rate: 10/s}}"
CLIENT = "{use: rate_limit, with: {key: client_ip, rate: 10/s}}"
NOBODY = "needs to know who the client is, and no step before it says so"
# steps of a route, the step that is odd (its place among them), why
ORDERS = [
    ([AUTH, USER], None, None), ([USER, AUTH], 0, NOBODY), ([USER], 0, NOBODY), ([CLIENT, AUTH], None, None),
    (["{use: rate_limit, with: {key: 'claim:tenant', rate: 10/s}}", AUTH], 0, NOBODY), ([CLIENT, AUTH, USER], None, None),
    (["headers", CLIENT, "headers"], 2, "stands on this route twice"),
]


@pytest.mark.parametrize("steps, odd, why", ORDERS)
def test_an_odd_order_is_a_warning_at_its_step(gate, steps, odd, why):
    text = gate.writes("routes:\n  - name: r\n    priority: 1\n    action: {respond: {status: 200}}\n    plugins:\n"
                       + "".join(f"      - {one}\n" for one in steps))
    said = [line for line in gate.command("check", check=0).stdout.splitlines() if "[odd-order]" in line]
    if odd is None:
        assert said == []
        return
    place = text[:text.index("plugins:")].count("\n") + 2 + odd
    assert len(said) == 1 and said[0].startswith(f"./routes.yaml:{place}:") and why in said[0]

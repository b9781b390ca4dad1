"""Files whose routes have the plugin of tests/plugins/trial."""

import json
import pathlib

from gateway import BINARY

FOLDER = pathlib.Path(BINARY).parent / "tests" / "plugins"


def step(does, deadline="2s", on_error="deny", **more):
    """A step among a route's plugins."""
    use = {"use": "trial", "with": {"does": does, **more}, "deadline": deadline, "on_error": on_error}
    return json.dumps(use)


def routes(*steps, action="{forward: shop}", before="", folder=FOLDER):
    """One route with these steps in front of {origin}."""
    groups = "" if "respond" in action or "trial" in action else 'shop: {targets: ["{origin}"]}'
    return f"""
    plugin_path: ["{folder}"]
    target_groups: {{{groups}}}
    {before}
    routes:
      - name: r
        priority: 1
        when: {{path: "/*"}}
        plugins: [{", ".join(steps)}]
        action: {action}"""

"""Completes the routes.yaml of a test: what a test does not care about is filled in."""

import re
import textwrap

import yaml


def complete(text, names, port, admin_port, folder):
    """`{word}` becomes the address known by that name; `{port}` is the listener's port."""
    text = textwrap.dedent(text).strip("\n") + "\n"
    known = {**names, "port": str(port), "folder": str(folder)}
    text = re.sub(r"\{(\w+)\}", lambda m: known.get(m[1], m[0]), text)
    present = yaml.safe_load(text) or {}
    front = []
    for key, line in (
        ("version", "version: 1"),
        ("workers", "workers: 1"),
        ("reload", "reload: {watch: false}"),
        ("admin", f'admin: {{address: "127.0.0.1:{admin_port}"}}'),
        ("access_log", f'access_log: {{path: "{folder}/access.log", format: json}}'),
        ("listeners", f'listeners: {{public: {{address: "127.0.0.1:{port}"}}}}'),
    ):
        if key not in present:
            front.append(line)
    return "\n".join(front) + "\n" + text

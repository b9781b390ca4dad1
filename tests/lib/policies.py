"""Policies beside a test's routes.yaml."""


def policy(gate, text, name="key"):
    """Writes policies/NAME.lua."""
    folder = gate.folder / "policies"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.lua").write_text(text)

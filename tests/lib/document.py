"""The fenced blocks of a Markdown page, and what must be true of each.

```yaml     with `version:` a whole file, else some of its top-level keys: `gatehouse check` finds it fine.
            The first line `# NAME.yaml` makes it a file for the commands of the same page instead.
```console  `$ COMMAND`, then what it prints, in order, with the demo running; … stands for anything in
            a line, and alone in a line for any number of lines.
```ini      a systemd unit.
A block of another kind, or one that cannot be run, has `<!-- not run: WHY -->` in the line above it.
"""

import re
from dataclasses import dataclass

FILE_NAME = re.compile(r"# ([\w.-]+\.yaml)\n")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
EXCUSE = re.compile(r"<!-- not run: \S.* -->\n *$")


@dataclass
class Block:
    language: str
    text: str
    line: int
    excused: bool

    @property
    def file_name(self):
        found = FILE_NAME.match(self.text)
        return found[1] if found and self.language == "yaml" else None


def blocks(page):
    for found in FENCE.finditer(page):
        indent = found[1]
        text = re.sub(f"^{indent}", "", found[3], flags=re.M)
        yield Block(found[2], text, page.count("\n", 0, found.start()) + 1,
                    bool(EXCUSE.search(page[:found.start()])))


def commands(block):
    """Pairs of a command and the text that it should print."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, printed = re.match(r"((?:[^\n]*\\\n)*[^\n]*)\n(.*)", part, re.S).groups()
        yield command, printed


def pattern(printed):
    """The pattern of what may be printed where the page says `printed`."""
    lines = (r"(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
             for line in printed.splitlines(keepends=True))
    return re.compile("".join(lines))


def fits(printed, output):
    return pattern(printed.rstrip("\n") + "\n" if printed else "").fullmatch(
        output.rstrip("\n") + "\n" if output else "") is not None


def whole(text):
    """A file made of an excerpt: what it does not say is filled in."""
    filling = {"version": "1", "listeners": "{public: {address: 0.0.0.0:8080}}",
               "target_groups": '{shop: {targets: ["127.0.0.1:3000"]}}',
               "default": "{action: {forward: shop}}"}
    return text + "".join(f"{key}: {value}\n" for key, value in filling.items()
                          if not re.search(f"^{key}:", text, re.M))

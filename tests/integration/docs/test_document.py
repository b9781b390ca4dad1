"""How the pages are read by the tests that run them."""

import pytest

from document import blocks, commands, fits, whole

PAGE = """\
Text.

```yaml
# broken.yaml
version: 2
```
1. A list:
   ```console
   $ one \\
     two
   said
   $ three
   ```
<!-- not run: it is a picture -->
```
-->
```
```sh
unmarked
```
"""


def test_blocks_have_a_language_a_place_and_perhaps_an_excuse():
    found = list(blocks(PAGE))
    assert [(b.language, b.line, b.excused) for b in found] == [
        ("yaml", 3, False), ("console", 8, False), ("", 15, True), ("sh", 18, False)]
    assert [b.file_name for b in found] == ["broken.yaml", None, None, None]


def test_commands_have_what_they_print():
    assert list(commands(list(blocks(PAGE))[1])) == [("one \\\n  two", "said\n"), ("three", "")]


@pytest.mark.parametrize("printed, output, same", [
    ("a\n", "a\n", True), ("a\n", "b\n", False), ("a\n", "a\nb\n", False), ("a\n", "", False),
    ("", "", True), ("", "a\n", False), ("a…c\n", "abc\n", True), ("a…c\n", "a\nc\n", False),
    ("a\n…\nz\n", "a\nb\nc\nz\n", True), ("a\n…\nz\n", "a\nz\n", True), ("a\n…\nz\n", "a\nb\n", False),
    ("…\n", "", True), ("(.*)\n", "x\n", False)])
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(printed, output, same):
    assert fits(printed, output) is same


def test_an_excerpt_is_made_whole():
    text = whole("version: 1\ndefault: {action: {respond: {status: 200}}}\n")
    assert [line.split(":")[0] for line in text.splitlines()] == [
        "version", "default", "listeners", "target_groups"]

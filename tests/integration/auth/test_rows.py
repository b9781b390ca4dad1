"""docs/attacks.md names the tests of each attack on auth, and every one that bears a number is there."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[3]
LAST = {"J": 36, "H": 15, "M": 3, "P": 5}
ROW = r"(?<![A-Za-z0-9])[JHMP]\d\d(?![A-Za-z0-9])"
TEST = re.compile(r"^def (test_\w+)|^TEST(?:_P|_F)?\(\w+, (\w+)\)", re.M)
ROWS = {f"{kind}{number:02d}" for kind, last in LAST.items() for number in range(1, last + 1)}
LISTS = "test_J01_to_H08_tokens_that_are_none"  # has its rows in a table


def listed():
    """Of each row the tests (file, name) that the page names."""
    page = (ROOT / "docs/attacks.md").read_text().split("## What is left")[0]
    return {row: set(re.findall(r"\[(\w+)\]\(\.\./([^)]+)\)", tests))
            for row, tests in re.findall(r"^\| ([A-Z]\d\d) \|.*\| (\[.*) \|$", page, re.M)}


def written():
    """Of each row the tests whose names, or whose tables, bear its number."""
    out = {}
    for file in [*(ROOT / "tests/integration").rglob("*.py"), *(ROOT / "tests/unit").rglob("*.cpp"),
                 *(ROOT / "plugins").rglob("*_test.cpp")]:
        text = file.read_text()
        for match in TEST.finditer(text):
            name = match[1] or match[2]
            rows = re.findall(r'^    "([JH]\d\d) ', text, re.M) if name == LISTS else re.findall(ROW, name.replace("_", " "))
            for row in ROWS.intersection(rows):
                out.setdefault(row, set()).add((name, str(file.relative_to(ROOT))))
    return out


def test_every_attack_has_its_tests_and_the_page_names_them():
    assert set(listed()) == ROWS
    assert listed() == written()


def test_what_is_left_is_of_rows_that_have_tests():
    left = (ROOT / "docs/attacks.md").read_text().split("## What is left")[1]
    assert set(re.findall(ROW, left)) == {"J28", "J29", "J30", "H01", "P05"}

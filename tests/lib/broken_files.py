"""The rows of tests/contract/broken/*.txt: damage to one line of the contract, and what is said of it."""

import dataclasses
import pathlib
import re

CONTRACT = pathlib.Path(__file__).resolve().parents[1] / "contract"
ROW = re.compile(r"^@ (\d+) (.*?) →(?: (.*))?$")


@dataclasses.dataclass
class Broken:
    what: str  # the row's first line
    text: str  # the whole file
    said: str  # without what is not available yet

    @property
    def codes(self):
        return re.findall(r"^routes\.yaml:\d+:\d+: \w+\[([\w-]+)\]", self.said, re.MULTILINE)


def contract():
    return (CONTRACT / "routes.yaml").read_text()


def broken_files():
    rows = []
    for name in ("misspelt_keys", "wrong_values"):
        for line in (CONTRACT / "broken" / f"{name}.txt").read_text().splitlines(keepends=True):
            if not line.startswith("@ "):
                rows[-1].said += line
                continue
            number, old, new = ROW.match(line.rstrip("\n")).groups()
            lines = contract().split("\n")
            assert old in lines[int(number) - 1], line
            lines[int(number) - 1] = lines[int(number) - 1].replace(old, new or "", 1)
            rows.append(Broken(line.strip(), "\n".join(lines), ""))
    return rows

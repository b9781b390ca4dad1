"""Which source files can be read as one, so that their headers are read once: those whose names mean nothing to another."""

import pathlib
import re
import sys

MOST = 12
LOCAL = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
STATIC = re.compile(r"^static .*", re.M)
MACRO = re.compile(r"^#define (\w+)", re.M)
# A declaration begins in the first column, where clang-format leaves it.
TYPE = re.compile(r"^(?:template <.*> )?(?:struct|class|enum(?: class)?|union) (\w+)", re.M)
ALIAS = re.compile(r"^(?:using|namespace) (?:(\w+) = .*|[\w:]+::(\w+));", re.M)
VALUE = re.compile(r"^(?!template|struct|class|enum|union|using|namespace)[A-Za-z[].*?[ *&](\w+)(?:\[\w*\])*(?=[({;]| =)", re.M)
TEST = re.compile(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", re.M)
NO_CODE = re.compile(r'//.*|"(?:\\.|[^"\\\n])*"')
WORD = re.compile(r"(?<!\.)(?<!->)(?<!::)\b[A-Za-z_]\w*")


class Source:
    def __init__(self, path):
        self.path = path
        text = path.read_text()
        local = "".join(LOCAL.findall(text)) + "\n".join(STATIC.findall(text))
        # name -> what it is, where it is the file's alone; an alias is what it stands for.
        self.names = {name: path for pattern in (TYPE, VALUE) for name in pattern.findall(local)}
        self.names.update((name, path) for name in MACRO.findall(text))
        self.names.update((f"{suite}_{test}_Test", path) for suite, test in TEST.findall(text))
        self.names.update((match[1] or match[2], match[0]) for match in ALIAS.finditer(text))
        self.words = {*WORD.findall(NO_CODE.sub("", text)), *self.names}
        # What it says to the headers must come before them.
        self.alone = 0 <= text.find("#define ") < text.find("#include ")


class Group:
    def __init__(self):
        self.files, self.names, self.words, self.alone = [], {}, set(), False

    def takes(self, source, most):
        if len(self.files) == most or self.files and (source.alone or self.alone):
            return False
        mine, theirs = source.names, self.names
        return (all(theirs.get(name) == mine[name] for name in mine.keys() & self.words) and
                all(mine.get(name) == theirs[name] for name in theirs.keys() & source.words))

    def add(self, source):
        self.files.append(source.path)
        self.names.update(source.names)
        self.words |= source.words
        self.alone = source.alone


def groups(paths, most=MOST):
    """Lists of paths, in their order."""
    made = []
    for path in paths:
        source = Source(path)
        group = next((group for group in made if group.takes(source, most)), None)
        if not group:
            made.append(group := Group())
        group.add(source)
    return [group.files for group in made]


if __name__ == "__main__":  # for infra/cmake/Together.cmake: a line for each group
    for group in groups([pathlib.Path(name) for name in sys.argv[1:]]):
        print("|".join(map(str, group)))

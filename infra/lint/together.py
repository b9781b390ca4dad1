"""Which source files can be read as one, so that their headers are read once: those that give no name to two things."""

import re

MOST = 12
LOCAL = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
STATIC = re.compile(r"^static .*", re.M)
MACRO = re.compile(r"^#define (\w+)", re.M)
# A declaration begins in the first column, where clang-format leaves it.
TYPE = re.compile(r"^(?:template <.*> )?(?:struct|class|enum(?: class)?|union) (\w+)", re.M)
ALIAS = re.compile(r"^(?:using|namespace) (\w+) = .*;", re.M)
VALUE = re.compile(r"^(?!template|struct|class|enum|union|using|namespace)[A-Za-z[].*?[ *&](\w+)(?:\[\w*\])*(?=[({;]| =)", re.M)


def names(path):
    """name -> what it is, where it is the file's alone; an alias is what it stands for."""
    text = path.read_text()
    local = "".join(LOCAL.findall(text)) + "\n".join(STATIC.findall(text))
    found = {name: path for pattern in (TYPE, VALUE) for name in pattern.findall(local)}
    found.update((name, path) for name in MACRO.findall(text))
    found.update((match[1], match[0]) for match in ALIAS.finditer(text))
    return found


def groups(paths, most=MOST):
    """Lists of paths, in their order."""
    made = []
    for path in paths:
        mine = names(path)
        for files, taken in made:
            if len(files) < most and all(taken.get(name, what) == what for name, what in mine.items()):
                break
        else:
            files, taken = [], {}
            made.append((files, taken))
        files.append(path)
        taken.update(mine)
    return [files for files, taken in made]

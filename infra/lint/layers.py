"""Rooms include what gateway/CMakeLists.txt lets them, and third-party headers stay in the rooms that it names."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "gateway"
ROOM = re.compile(r"gatehouse_room\((\w+)([^)]*)\)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
# The rooms in which a library's headers may be named; others reach it through these.
THIRD_PARTY = {
    "event2/": {"event"},
    "ares": {"net"},
    "openssl/": {"crypto", "tls"},
    "yaml-cpp/": {"config"},
    "re2/": {"config", "policy", "rehearsal", "routing"},
    "fmt/": {"proxy"},
    "lua.hpp": {"policy"},
    "hiredis/": {"client"},
    "nlohmann/": {"admin", "app", "rehearsal"},
}


def lines():
    """room -> the rooms that its line in gateway/CMakeLists.txt names, in the file's order."""
    direct = {}
    for name, rest in ROOM.findall((ROOT / "CMakeLists.txt").read_text()):
        uses = re.search(r"USES ([\w ]+?)(?= LIBS|$)", rest.strip())
        direct[name] = uses.group(1).split() if uses else []
    return direct


def rooms():
    """room -> the rooms that it may include: what its line names, and what those may."""
    direct = lines()

    def reach(name):
        return {name}.union(*(reach(used) for used in direct[name]))

    allowed = {name: reach(name) for name in direct}
    allowed["app"] = set(direct) | {"app"}
    allowed["include"] = set()
    return allowed


def problems():
    allowed = rooms()
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in (".h", ".cpp", ".def"):
            continue
        room = path.relative_to(ROOT).parts[0]
        if room not in allowed:
            yield f"{path}: no gatehouse_room({room}) in gateway/CMakeLists.txt"
            continue
        text = path.read_text()
        for found in INCLUDE.finditer(text):
            quote, name = found.groups()
            line = text.count("\n", 0, found.start()) + 1
            where = f"gateway/{path.relative_to(ROOT)}:{line}"
            if quote == '"':
                other = name.split("/")[0]
                if not (ROOT / name).exists():
                    yield f"{where}: no file gateway/{name}: includes are written from gateway/"
                elif other not in allowed[room] and other != "include":
                    yield f"{where}: {room} may not include {other} (gateway/CMakeLists.txt)"
            for prefix, homes in THIRD_PARTY.items():
                if quote == "<" and name.startswith(prefix) and room not in homes:
                    yield f"{where}: <{name}> belongs to {', '.join(sorted(homes))}"


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found))
    sys.exit(1 if found else 0)

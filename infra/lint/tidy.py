"""clang-tidy on what has changed since it last passed (build/tidy keeps hashes).

Files of a room are read as one, so that their headers are read once; if that finds something, by halves, down to the
file, which alone decides."""

import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import together

ROOT = pathlib.Path(__file__).resolve().parents[2]
GATEWAY = ROOT / "gateway"
STAMPS = ROOT / "build/tidy"
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.M)
CHATTER = re.compile(r"warnings? generated|^Suppressed|^Use -header")
read = {}  # path -> (its bytes, our files that it includes)


def look_up(path):
    if path not in read:
        text = path.read_bytes()
        names = INCLUDE.findall(text.decode())
        places = (folder / name for name in names for folder in (GATEWAY, GATEWAY / "include"))
        read[path] = text, [place for place in places if place.is_file()]
    return read[path]


def hash_of(path):
    """Of the file and everything of ours that it is made of."""
    parts, wanted = {}, [path]
    while wanted:
        part = wanted.pop()
        if part not in parts:
            parts[part], more = look_up(part)
            wanted += more
    whole = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for part in sorted(parts):
        whole.update(parts[part])
    return whole.hexdigest()


def stamp_of(path):
    return STAMPS / str(path.relative_to(ROOT)).replace("/", "-")


def changed():
    """path -> hash."""
    for path in sorted(GATEWAY.rglob("*.cpp")):
        now, stamp = hash_of(path), stamp_of(path)
        if not stamp.exists() or stamp.read_text() != now:
            yield path, now


def room_of(path):
    return path.relative_to(GATEWAY).parts[0]


def batches(paths):
    """Lists of files with the same options, those with most to read first, so that none is left to one core at the end."""
    rooms = {}
    for path in paths:
        rooms.setdefault(room_of(path), []).append(path)
    found = [group for files in rooms.values() for group in together.groups(files)]
    return sorted(found, key=lambda group: sum(path.stat().st_size for path in group), reverse=True)


def tidy(files, hashes, options):
    """What clang-tidy says of them, "" for nothing."""
    whole = STAMPS / f"{stamp_of(files[0]).name}-and-{len(files) - 1}.cpp"
    whole.write_text("".join(f'#include "{path}"  // NOLINT\n' for path in files))
    subject = whole if len(files) > 1 else files[0]
    done = subprocess.run(["clang-tidy", "--quiet", subject, "--", *options[room_of(files[0])]], cwd=ROOT,
                          capture_output=True, text=True)
    whole.unlink()
    if done.returncode == 0:
        for path in files:
            stamp_of(path).write_text(hashes[path])
        return ""
    if len(files) > 1:
        half = len(files) // 2
        return tidy(files[:half], hashes, options) + tidy(files[half:], hashes, options)
    return done.stdout + "".join(line for line in done.stderr.splitlines(True) if not CHATTER.search(line))


def options_of_rooms():
    """room -> the compiler's options, of build/debug, which may not know a new file yet."""
    found = {}
    for entry in json.loads((ROOT / "build/debug/compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(GATEWAY):
            words = shlex.split(entry["command"].split(" -o ")[0])
            found.setdefault(room_of(path), [*itertools.dropwhile(lambda word: word[0] != "-", words)])
    return found


STAMPS.mkdir(parents=True, exist_ok=True)
hashes = dict(changed())
options = options_of_rooms() if hashes else {}
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    said = "".join(pool.map(lambda files: tidy(files, hashes, options), batches(hashes)))
print(said, end="")
sys.exit(1 if said else 0)

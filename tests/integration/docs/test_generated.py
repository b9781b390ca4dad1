"""The pages say what the program's tables say."""

import os
import re
import subprocess

from gateway import BINARY, ROOT


def page(name):
    return (ROOT / "docs" / name).read_text()


def source(name):
    return (ROOT / "gateway" / name).read_text()


def test_pages_made_from_tables_are_up_to_date():
    done = subprocess.run([str(ROOT / "infra/docs.py"), "--check"], capture_output=True, text=True,
                          env={**os.environ, "GATEHOUSE_BINARY": BINARY})
    assert done.returncode == 0, done.stderr


def test_the_fields_of_the_access_log_stand_there_in_their_order():
    fields = re.findall(r"^ACCESS_\w+\((\w+),", source("observe/access_field.def"), re.M)
    told = re.findall(r"^\| `(\w+)` \|", page("access-log.md"), re.M)
    assert told == [*fields, "cut"]


def test_every_endpoint_of_the_admin_api_is_on_its_page():
    endpoints = re.findall(r'\{"(GET|POST)", "(/\w+)"', source("admin/endpoint.cpp"))
    assert len(endpoints) >= 8
    told = re.findall(r"^\| `(GET|POST) (/\w+)[?`]", page("admin-api.md"), re.M)
    assert sorted(told) == sorted(endpoints)


def test_every_command_is_on_its_page():
    commands = re.findall(r'^    \{"(\w+)",', source("app/command.cpp"), re.M)
    assert len(commands) >= 6
    assert re.findall(r"^\| `(\w+)` \|", page("command-line.md"), re.M) == commands


def test_every_event_of_the_log_happens_somewhere():
    events = re.findall(r"^EVENT\((\w+),", source("observe/event.def"), re.M)
    code = "".join(p.read_text() for p in (ROOT / "gateway").rglob("*.cpp"))
    unused = [event for event in events if not re.search(rf"\bEvent::{event}\b", code)]
    assert unused == []

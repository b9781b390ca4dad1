"""Files of a folder as answers: short and long, whole and in parts, and never another folder's."""

import os
import subprocess

import pytest

from patience import seconds
from trial import FOLDER as TRIALS

LONG = bytes(range(256)) * 40_000  # 10 MB: more than sockets, pipes and buffers hold together


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("<p>home")
    (folder / "long.bin").write_bytes(LONG)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out").symlink_to("../secret.txt")
    return folder


def routes(more="", plugins=""):
    return f"""
    plugins: {{files: {{use: static, with: {{root: site{more}}}}}}}
    routes: [{{name: page, priority: 1, when: {{path: "/*"}}, plugins: [{plugins}], action: {{handler: files}}}}]"""


def test_short_and_long_files_arrive_as_they_are(gate, site):
    gate.routes(routes())
    client = gate.connect()
    client.gets("/").expects(200, body="<p>home")
    answer = client.gets("/long.bin").expects(200, body=LONG)
    assert (answer.framing, answer.header("Content-Length")) == ("length", str(len(LONG)))
    client.gets("/long.bin", "Range: bytes=1000000-8999999").expects(206, body=LONG[1_000_000:9_000_000])
    client.gets("/long.bin", f"Range: bytes={len(LONG)}-").expects(416)
    head = client.sends("HEAD /long.bin HTTP/1.1", "Host: a").expects(200, bodiless=True)
    assert head.header("Content-Length") == str(len(LONG))
    client.gets("/none").expects(404, reason="not_served")
    assert [r["reason"] for r in gate.records(5)][:3] == ["served"] * 3


def test_a_rewrite_says_which_file_is_meant(gate, site):
    gate.routes("""
        plugins: {files: {use: static, with: {root: site}}}
        routes:
          - name: page
            priority: 1
            when: {path: "/files/*"}
            rewrite: {path: {regex: "^/files/(.*)$", replace: "/$1"}}
            action: {handler: files}""")
    gate.connect().gets("/files/index.html").expects(200, body="<p>home")
    assert "the file index.html of" in gate.command("explain", "GET", "/files/index.html", check=0).stdout


@pytest.mark.parametrize("more, said", [
    (r', cache_control: "a\nb"', "a header field has no line's end"),
    (", types: {glb: [model/gltf-binary, text/plain]}", "'glb' has one content type"),
    (", types: {glb: binary}", "'glb' has one content type")])
def test_what_no_header_could_say_is_said(gate, site, more, said):
    gate.writes(routes(more))
    assert f"error[wrong-value]: {said}" in gate.command("check", check=1).stderr


def test_a_slow_client_keeps_nothing_in_memory_and_gets_it_all(gate, site):
    """The file stands still while nobody reads, and others are served meanwhile."""
    gate.routes(routes())
    slow = gate.connect(receive_buffer=4096).gets("/long.bin")
    slow.expects_head(200)
    gate.connect().gets("/").expects(200)
    assert slow.drains(len(LONG)) == len(LONG)
    slow.gets("/").expects(200)


def test_a_client_that_leaves_in_the_middle_leaves_no_descriptor_behind(gate, site):
    gate.routes(routes())
    pid = gate.serving_pid()
    gate.connect().gets("/long.bin", "Connection: close").expects(200)

    def files():
        folder = f"/proc/{pid}/fd"
        return [f for f in os.listdir(folder) if "long.bin" in os.path.realpath(f"{folder}/{f}")]
    for _ in range(3):
        client = gate.connect(receive_buffer=4096).gets("/long.bin")
        client.expects_head(200)
        client.resets()
    gate.records(4)
    assert files() == []


def test_304_has_no_length_and_the_connection_goes_on(gate, site):
    """A 304 says no length that is not the file's (RFC 9110 8.6)."""
    gate.routes(routes(', cache_control: "max-age=60"'))
    client = gate.connect()
    etag = client.gets("/").expects(200).header("ETag")
    answer = client.gets("/", f"If-None-Match: {etag}").expects(304, bodiless=True)
    assert answer.header("Content-Length") is None
    assert (answer.header("ETag"), answer.header("Cache-Control")) == (etag, "max-age=60")
    client.gets("/").expects(200, body="<p>home")


def test_a_file_that_shrinks_is_no_whole_answer(gate, site):
    """Who is promised 10 MB and gets less must be able to tell."""
    gate.routes(routes())
    client = gate.connect(receive_buffer=4096).gets("/long.bin")
    client.expects_head(200)
    os.truncate(site / "long.bin", 1000)
    assert client.drains(len(LONG)) < len(LONG)
    assert gate.record(path="/long.bin")["reason"] == "file_truncated"


def test_links_and_names_lead_nowhere_else(gate, site):
    gate.routes(routes())
    for path in ("/out", "/docs/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "/..%5csecret.txt"):
        assert gate.answer(path).status in (400, 404), path


def test_steps_see_the_bytes_of_a_long_file(gate, site):
    gate.routes(routes(plugins="{use: trial, with: {does: shouts}}").replace(
        "plugins: {files", f'plugin_path: ["{TRIALS}"]\n    plugins: {{files'))
    answer = gate.connect().gets("/long.bin").expects(200)
    assert answer.framing == "chunked"
    assert answer.body == LONG.upper() + b"x"


def test_a_file_that_is_not_in_memory_comes_from_the_disk(gate, site):
    gate.routes(routes())
    subprocess.run(["sync", str(site / "long.bin")], check=True)
    with open(site / "long.bin", "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    gate.connect().gets("/long.bin").expects(200, body=LONG)


def test_curl_resumes_a_download(gate, site, tmp_path):
    gate.routes(routes())
    part = tmp_path / "part"
    part.write_bytes(LONG[:3_000_000])
    subprocess.run(["curl", "-sS", "--fail", "-C", "-", "-o", str(part), f"http://127.0.0.1:{gate.port}/long.bin"],
                   check=True, timeout=seconds(10))
    assert part.read_bytes() == LONG


def asked(gate, address, path, *fields):
    host, port = address.split(":")
    with gate.connect((host, int(port))) as client:
        answer = client.gets(path, *fields).expects_any()
    return (answer.status, answer.header("Content-Range"), answer.header("Last-Modified"),
            answer.body if answer.status in (200, 206) else None)


@pytest.mark.parametrize("fields", [
    (), ("Range: bytes=0-0",), ("Range: bytes=-5",), ("Range: bytes=5-",), ("Range: bytes=99-",), ("Range: bytes=3-2",),
    ("Range: bytes=0-99999",), ("Range: pages=1-2",),
    ("If-Unmodified-Since: Fri, 01 Jan 1999 00:00:00 GMT",), ('If-Match: "x"',), ("If-None-Match: *",)])
def test_nginx_answers_the_same(gate, nginx, site, fields):
    gate.routes(routes())
    ours = asked(gate, f"127.0.0.1:{gate.port}", "/index.html", *fields)
    theirs = asked(gate, nginx.address, "/index.html", *fields)
    # nginx takes a range that ends before it begins for one that cannot be satisfied; it is none (RFC 9110 14.1.1).
    if fields != ("Range: bytes=3-2",):
        assert ours[:2] == theirs[:2] and (ours[0] >= 400 or ours == theirs), (ours, theirs)

"""Real clients in front: curl, Python's http.client, h2load, wrk."""

import hashlib
import http.client
import os
import subprocess

import pytest

SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    limits: {body: 0}
    default: {action: {forward: shop}}"""


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=100, **options)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def test_curl(gate, origin, tmp_path):
    gate.routes(SHOP)
    url = f"http://127.0.0.1:{gate.port}"
    origin.answers("hello curl")
    assert run("curl", "-sS", f"{url}/a", f"{url}/b") == "hello curlhello curl"
    assert origin.connections == 1
    assert run("curl", "-sSI", url).startswith("HTTP/1.1 200 ")
    upload = tmp_path / "upload"
    upload.write_bytes(b"x" * 2_000_000)
    expects = run("curl", "-sSv", "-T", str(upload), f"{url}/put", "--stderr", "-")
    assert "Expect: 100-continue" in expects and "100 Continue" in expects
    assert run("curl", "-sS", "-H", "Transfer-Encoding: chunked", "--data-binary", f"@{upload}",
               f"{url}/post") == "hello curl"
    assert run("curl", "-sS", "--http1.0", f"{url}/old") == "hello curl"
    assert [len(r.body) for r in origin.requests if r.method in ("PUT", "POST")] == [2_000_000] * 2


def test_curl_is_told_that_a_body_was_cut_off(gate, origin):
    gate.routes(SHOP)
    for path, head in (("length", "Content-Length: 10"), ("chunked", "Transfer-Encoding: chunked")):
        origin.expects(f"GET /{path}").sends("HTTP/1.1 200 OK", head, "", "3\r\nabc\r\n").then_closes()
        done = subprocess.run(["curl", "-sS", f"http://127.0.0.1:{gate.port}/{path}"],
                              capture_output=True, timeout=20)
        assert done.returncode in (18, 56), done  # partial file, failure in receiving


def test_pythons_http_client(gate, origin):
    gate.routes(SHOP)
    origin.answers("hello python")
    connection = http.client.HTTPConnection("127.0.0.1", gate.port, timeout=20)
    for method, body in (("GET", None), ("POST", b"x" * 1000), ("HEAD", None), ("DELETE", None)):
        connection.request(method, "/thing", body)
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read() == (b"" if method == "HEAD" else b"hello python")
    connection.request("POST", "/chunks", iter([b"ab", b"cd"]), encode_chunked=True)
    assert connection.getresponse().read() == b"hello python"
    assert origin.requests[-1].body == b"abcd"
    assert {r.connection for r in origin.requests} == {0}


@pytest.mark.plain
@pytest.mark.parametrize("size", [0, 1, 65535, 1 << 20, 100 << 20])
def test_bodies_of_curl_arrive_whole_both_ways(gate, node, tmp_path, size):
    gate.routes(SHOP.replace("{origin}", node("echo.js").address))
    url = f"http://127.0.0.1:{gate.port}"
    upload, download = tmp_path / "upload", tmp_path / "download"
    upload.write_bytes(os.urandom(1 << 16) * (size >> 16) + os.urandom(size & 65535))
    want = hashlib.sha256(upload.read_bytes()).hexdigest()
    for how in (["-T", str(upload)], ["-T", "-", "-H", "Expect:"]):  # with a length; chunked
        with open(upload, "rb") as stdin:
            said = run("curl", "-sS", *how, f"{url}/up", stdin=stdin)
        assert f'"size":{size},"sha256":"{want}"' in said
    sums = []
    for kind in ("bytes", "chunked"):
        head = run("curl", "-sS", "-D", "-", "-o", str(download), f"{url}/{kind}/{size}").lower()
        assert download.stat().st_size == size
        sums.append(hashlib.sha256(download.read_bytes()).hexdigest())
        assert f"x-sha256: {sums[0]}" in head or kind == "chunked"
    assert sums[0] == sums[1]


@pytest.mark.parametrize("tool", [
    ["h2load", "--h1", "-n2000", "-c20", "-t1"],
    ["wrk", "-t1", "-c20", "-d1s"],
])
def test_load_tools_see_no_error(gate, nginx, tool):
    (nginx.site / "index.html").write_text("hello nginx")
    gate.routes(SHOP.replace("{origin}", nginx.address))
    out = run(*tool, f"http://127.0.0.1:{gate.port}/index.html")
    if tool[0] == "h2load":
        assert "2000 succeeded, 0 failed, 0 errored, 0 timeout" in out, out
    else:
        assert "Non-2xx" not in out and "Socket errors" not in out, out
    assert gate.metric("gatehouse_responses_total", status="5xx") == 0
